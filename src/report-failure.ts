/** Failures that a user can act on: the message says how, and no stack trace is needed. */
const EXPECTED = new Set(['ConfigError', 'FileError', 'LockedError', 'StartError', 'DomainError', 'UsageError', 'StoppedError'])

/** Writes a failure that ends the process to stderr and sets its exit code to 1: one line when it was to be expected. */
export function reportFailure (error: unknown) {
  const isExpected = error instanceof Error && EXPECTED.has(error.name)
  console.error(isExpected ? error.message.replaceAll('\n', ' ') : error)
  process.exitCode = 1
}
