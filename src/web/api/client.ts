import createClient from 'openapi-fetch'
import { Failure, failureOf, isAbort } from './failure.js'
import type { paths } from './schema.js'
import { accessToken, account, renewSession, sessionChange } from './session.js'
import { signal } from '@preact/signals'

/** Whether the last request got an answer. */
export const isReachable = signal(true)

/** The API, typed by its own description. Adds the token, and renews it once when the server refuses it. */
export const api = createClient<paths>({ baseUrl: '/', fetch: authorizedFetch })

/**
 * Waits for a call and returns what it gave.
 * @throws {Failure} when it was refused or no answer came, and what `fetch` throws when it was aborted.
 */
export async function result <T> (call: Promise<{ data?: T, error?: unknown, response: Response }>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw failureOf(error, response)
  return data as T
}

/** `fetch` with the token of the session. */
export async function authorizedFetch (request: Request): Promise<Response> {
  const again = request.clone()
  const response = await send(request)
  if (response.status !== 401 || !account.value || new URL(request.url).pathname.startsWith('/api/auth/')) return response
  // A session that is over is begun anew by the person; what was asked for waits, so that nothing is lost.
  if (!await renewSession()) await sessionChange()
  return send(again)
}

/** How often a read is sent that the server is too busy for. */
const MAX_TRIES = 3
/** The longest pause between two tries, whatever the server asks for. */
const MAX_PAUSE_S = 5

/** Sends a request, and a read again when the server says that it is too busy now. */
async function send (request: Request): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await sendOnce(request.clone())
    const pauseS = Number(response.headers.get('retry-after') ?? NaN)
    const mayTryAgain = request.method === 'GET' && response.status === 503 && pauseS > 0
    if (!mayTryAgain || tries === MAX_TRIES) return response
    await new Promise((resolve) => { setTimeout(resolve, Math.min(pauseS, MAX_PAUSE_S) * 1000) })
  }
}

async function sendOnce (request: Request): Promise<Response> {
  const token = await accessToken()
  if (token !== null) request.headers.set('authorization', `Bearer ${token}`)
  try {
    const response = await fetch(request)
    isReachable.value = true
    return response
  } catch (error) {
    if (isAbort(error)) throw error
    isReachable.value = false
    throw new Failure(error instanceof Error ? error.message : String(error))
  }
}
