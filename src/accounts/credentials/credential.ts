import type { IncomingHttpHeaders } from 'node:http'
import { KEY_PREFIX } from '../key-text.js'

/** The credential that a request carries. */
export type Credential = { kind: 'token' | 'key', text: string }

/**
 * Returns the credential in a request's headers, unchecked, or null when there is none. An API key is sent in
 * `Authorization: Bearer` like an access token, or in `x-api-key`. The case of the scheme is ignored (RFC 9110, section
 * 11.1).
 */
export function credentialOf (headers: IncomingHttpHeaders): Credential | null {
  const { authorization, 'x-api-key': apiKey } = headers
  if (authorization === undefined) return typeof apiKey === 'string' ? { kind: 'key', text: apiKey } : null
  const [, text] = /^bearer +(\S+) *$/i.exec(authorization) ?? []
  if (text === undefined) return null
  return { kind: text.startsWith(KEY_PREFIX) ? 'key' : 'token', text }
}
