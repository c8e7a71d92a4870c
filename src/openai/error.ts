/** A failed request to an OpenAI-compatible server. The message contains no secret and no text of the server. */
export class OpenAiError extends Error {
  override name = 'OpenAiError'
}
