/** A signal ended a command before it was done. The message is one line that says what is left. */
export class StoppedError extends Error {
  override name = 'StoppedError'
}

/** Signals that ask a program to end: Ctrl-C, a supervisor, a terminal that is closed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Returns a signal that aborts with a `StoppedError` when the process is asked to end, so that the command can clean up. A
 * second request ends the process at once.
 */
export function stopSignal (message: string): AbortSignal {
  const stop = new AbortController()
  for (const name of STOP_SIGNALS) process.once(name, () => stop.abort(new StoppedError(message)))
  return stop.signal
}
