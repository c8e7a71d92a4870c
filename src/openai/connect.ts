import { once } from 'node:events'
import type { OpenAI } from 'openai'
import type { Config } from '../config.js'
import { boundedFetch } from './bounded-fetch.js'
import { OpenAiError } from './error.js'

/** An OpenAI-compatible server. Requests have limits of time and size. */
export interface OpenAiServer {
  /**
   * Makes a request with the official client, and retries it once after a transient failure. `request` must pass `options`
   * on to the client's method.
   * @throws {OpenAiError} for every failure, after `TIMEOUT_MS` at the latest.
   */
  ask <T>(request: (client: OpenAI, options: { signal: AbortSignal }) => Promise<T>): Promise<T>
  /** Aborts all pending requests. Later ones fail at once. */
  close (): void
}

/** The time limit of a request, its retry included. */
const TIMEOUT_MS = 10_000

/** The size limit of a response body. */
const MAX_RESPONSE_BYTES = 262_144

/** Returns the server of the configuration, or null when there is none. Sends nothing before `ask`. */
export async function connectOpenAi (
  { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL }: Pick<Config, 'OPENAI_API_KEY' | 'OPENAI_BASE_URL'>,
  timeoutMs = TIMEOUT_MS
): Promise<OpenAiServer | null> {
  if (!apiKey && !baseURL) return null
  // Loaded on use: the import takes 0.1 s, and most servers do not need it.
  const { OpenAI } = await import('openai')
  const client = new OpenAI({
    apiKey: apiKey ?? '',
    ...(!apiKey && { defaultHeaders: { authorization: null } }),
    baseURL: baseURL ?? 'https://api.openai.com/v1',
    // Set, because the client reads missing ones from the environment. Its own log would show what is sent.
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    timeout: timeoutMs,
    maxRetries: 1,
    fetch: boundedFetch(MAX_RESPONSE_BYTES)
  })
  const underWay = new Set<AbortController>()
  let closed = false

  return {
    ask: async (request) => {
      if (closed) throw new OpenAiError('The server is stopping')
      const controller = new AbortController()
      const { signal } = controller
      underWay.add(controller)
      const timer = setTimeout(() => controller.abort(new OpenAiError(`No answer within ${timeoutMs / 1000} seconds`)), timeoutMs)
      try {
        // A race, because the client ignores the signal while it waits for a Retry-After.
        return await Promise.race([request(client, { signal }), aborted(signal)])
      } catch (error) {
        throw signal.aborted ? signal.reason : asOpenAiError(error)
      } finally {
        clearTimeout(timer)
        underWay.delete(controller)
      }
    },
    close: () => {
      closed = true
      for (const controller of underWay) controller.abort(new OpenAiError('The server is stopping'))
    }
  }
}

async function aborted (signal: AbortSignal): Promise<never> {
  await once(signal, 'abort')
  throw signal.reason
}

/** Replaces the message of an error, because messages of the server or the client may repeat the key. */
function asOpenAiError (error: unknown): OpenAiError {
  if (error instanceof OpenAiError) return error
  if (error instanceof SyntaxError) return new OpenAiError('The answer is not JSON')
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') {
    return new OpenAiError(`The answer has status ${error.status}`)
  }
  return new OpenAiError('The server cannot be reached')
}
