import { signal } from '@preact/signals'
import { api, result } from '../api/client.js'

/** What the server offers, as far as the page needs to know before anybody signs in. */
export interface ServerConfig { registrationEnabled: boolean, maxImportBytes: number }

/** Null until the server has told. */
export const serverConfig = signal<ServerConfig | null>(null)

/** Asks the server what it offers. */
export async function loadServerConfig () {
  const { registrationEnabled, conversationImportMaxFileSize } = await result(api.GET('/api/config'))
  serverConfig.value = { registrationEnabled, maxImportBytes: conversationImportMaxFileSize }
}
