/** The command cannot do what it was asked for as it was asked. The message is one line that says what is missing. */
export class UsageError extends Error {
  override name = 'UsageError'
}
