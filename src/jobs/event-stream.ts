/**
 * A server-sent event that says how a job stands; html.spec.whatwg.org/multipage/server-sent-events.html. JSON has no line
 * breaks, so one `data` line holds it.
 */
export function statusEvent (status: object): string {
  return `event: status\ndata: ${JSON.stringify(status)}\n\n`
}

/** A comment, which readers of events skip. */
const HEARTBEAT = ':\n\n'

/**
 * Repeats `events`, and adds a comment after each `everyMs` milliseconds without one. Servers and proxies close connections
 * over which nothing passes.
 */
export async function * withHeartbeat (events: AsyncIterable<string>, everyMs: number): AsyncGenerator<string, void, void> {
  const iterator = events[Symbol.asyncIterator]()
  let timer: NodeJS.Timeout | undefined
  try {
    for (let next = iterator.next(); ;) {
      const silence = new Promise<null>((resolve) => { timer = setTimeout(resolve, everyMs, null) })
      const result = await Promise.race([next, silence])
      clearTimeout(timer)
      if (result?.done) return
      yield result?.value ?? HEARTBEAT
      if (result) next = iterator.next()
    }
  } finally {
    clearTimeout(timer)
    // Not awaited: it waits for a `next` that nobody needs any more.
    iterator.return?.().catch(() => {})
  }
}
