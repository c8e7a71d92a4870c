/** Why an OpenAI-compatible server was of no use; the message holds nothing secret and nothing the server wrote. */
export class OpenAiError extends Error {
  override name = 'OpenAiError'
}
