import type { IncomingHttpHeaders } from 'node:http'
import { KEY_PREFIX } from '../key-text.js'

/** What a request carries to show who is asking. */
export type Credential = { kind: 'token' | 'key', text: string }

/**
 * The credential in a request's headers, unchecked; null when there is none. An API key stands in `Authorization: Bearer`
 * like an access token, or in `x-api-key`. The case of the scheme does not count (RFC 9110, section 11.1).
 */
export function credentialOf (headers: IncomingHttpHeaders): Credential | null {
  const { authorization, 'x-api-key': apiKey } = headers
  if (authorization === undefined) return typeof apiKey === 'string' ? { kind: 'key', text: apiKey } : null
  const [, text] = /^bearer +(\S+) *$/i.exec(authorization) ?? []
  if (text === undefined) return null
  return { kind: text.startsWith(KEY_PREFIX) ? 'key' : 'token', text }
}
