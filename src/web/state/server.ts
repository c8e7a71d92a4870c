import { signal } from '@preact/signals'
import { api, result } from '../api/client.js'
import { asFailure, type Failure } from '../api/failure.js'
import { renewSession } from '../api/session.js'

/** What the server offers, as far as the page needs to know before anybody signs in. */
export interface ServerConfig { registrationEnabled: boolean, maxImportBytes: number }

/** Null until the server has told. */
export const serverConfig = signal<ServerConfig | null>(null)

/** Why the page could not start; null while it can. */
export const startFailure = signal<Failure | null>(null)

/** Asks the server what it offers. */
export async function loadServerConfig () {
  const { registrationEnabled, conversationImportMaxFileSize } = await result(api.GET('/api/config'))
  serverConfig.value = { registrationEnabled, maxImportBytes: conversationImportMaxFileSize }
}

/** Finds out what the server offers and who is signed in. A server that cannot be reached can be asked again. */
export async function startUp () {
  startFailure.value = null
  try {
    await Promise.all([loadServerConfig(), renewSession()])
  } catch (error) {
    startFailure.value = asFailure(error)
  }
}
