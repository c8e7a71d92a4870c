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

async function send (request: Request): Promise<Response> {
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
