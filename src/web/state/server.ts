import { signal } from '@preact/signals'
import { api, result } from '../api/client.js'
import { asFailure, type Failure } from '../api/failure.js'
import { renewSession, signInByProxy, tryOtherwise } from '../api/session.js'

/** What the server offers, as far as the page needs to know before anybody signs in. */
export interface ServerConfig {
  registrationEnabled: boolean
  /** Whether anybody has an account; the first one becomes the administrator. */
  hasAccounts: boolean
  /** Whether a proxy in front of the server may sign people in. */
  isProxied: boolean
  maxImportBytes: number
}

/** Null until the server has told. */
export const serverConfig = signal<ServerConfig | null>(null)

/** Why the page could not start; null while it can. */
export const startFailure = signal<Failure | null>(null)

/** Asks the server what it offers. */
export async function loadServerConfig () {
  const { registrationEnabled, hasAccounts, proxyLoginEnabled, conversationImportMaxFileSize } = await result(api.GET('/api/config'))
  serverConfig.value = { registrationEnabled, hasAccounts, isProxied: proxyLoginEnabled, maxImportBytes: conversationImportMaxFileSize }
}

/** Finds out what the server offers and who is signed in. A server that cannot be reached can be asked again. */
export async function startUp () {
  startFailure.value = null
  try {
    const loading = loadServerConfig()
    tryOtherwise(async () => {
      await loading
      // When the proxy names nobody, the form to sign in is shown.
      return serverConfig.value?.isProxied === true && signInByProxy().then(() => true, () => false)
    })
    await Promise.all([loading, renewSession()])
  } catch (error) {
    startFailure.value = asFailure(error)
  }
}
