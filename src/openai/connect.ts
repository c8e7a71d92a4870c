import { once } from 'node:events'
import type { OpenAI } from 'openai'
import type { Config } from '../config.js'
import { boundedFetch } from './bounded-fetch.js'
import { OpenAiError } from './error.js'

/** An OpenAI-compatible server that is asked within limits of time and size. */
export interface OpenAiServer {
  /**
   * Makes one request, and once more if it fails in a way that may pass; pass `options` on to the client's method.
   * @throws {OpenAiError} for every failure, after the time limit at the latest.
   */
  ask <T>(request: (client: OpenAI, options: { signal: AbortSignal }) => Promise<T>): Promise<T>
  /** Gives up all requests under way; those that come later fail at once. */
  close (): void
}

/** Longest wait for an answer in milliseconds, the second try included. */
const TIME_LIMIT = 10_000

/** Longest answer that is read, in bytes. */
const SIZE_LIMIT = 262_144

/** The server of the configuration, or null when it names none. Nothing is sent before `ask`. */
export async function connectOpenAi (
  { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL }: Pick<Config, 'OPENAI_API_KEY' | 'OPENAI_BASE_URL'>,
  timeLimit = TIME_LIMIT
): Promise<OpenAiServer | null> {
  if (!apiKey && !baseURL) return null
  // Loaded on use: the package takes a tenth of a second, and most servers never need it.
  const { OpenAI } = await import('openai')
  const client = new OpenAI({
    apiKey: apiKey ?? '',
    ...(!apiKey && { defaultHeaders: { authorization: null } }),
    baseURL: baseURL ?? 'https://api.openai.com/v1',
    // Left out, these come from the environment; a log of the client's own would show what is sent.
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    timeout: timeLimit,
    maxRetries: 1,
    fetch: boundedFetch(SIZE_LIMIT)
  })
  const underWay = new Set<AbortController>()
  let closed = false

  return {
    ask: async (request) => {
      if (closed) throw new OpenAiError('The server is stopping')
      const controller = new AbortController()
      const { signal } = controller
      underWay.add(controller)
      const timer = setTimeout(() => controller.abort(new OpenAiError(`No answer within ${timeLimit / 1000} seconds`)), timeLimit)
      try {
        // The client sleeps through the signal for as long as a Retry-After asks, hence the race.
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

/** Says what happened in words of our own: what a server or the client writes may repeat the key. */
function asOpenAiError (error: unknown): OpenAiError {
  if (error instanceof OpenAiError) return error
  if (error instanceof SyntaxError) return new OpenAiError('The answer is not JSON')
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') {
    return new OpenAiError(`The answer has status ${error.status}`)
  }
  return new OpenAiError('The server cannot be reached')
}
