import { randomUUID } from 'node:crypto'
import { DomainError } from '../errors.js'
import type { Scope } from '../scopes.js'
import type { Database } from '../writer/database.js'
import { createKey } from './key-commands.js'
import type { ApiKey } from './key-queries.js'
import { newKey } from './key-text.js'
import { secretHash } from './secret-hash.js'

/** The request for a new key. `expiresAt` is in milliseconds since 1970, or null for a key that does not expire. */
export interface KeyRequest { name: string, scopes: Scope[], expiresAt: number | null }

/**
 * Creates a key of a user. Its text is returned once and never stored.
 * @throws {DomainError} INVALID when `expiresAt` is in the past or NaN, LIMIT_REACHED, FORBIDDEN.
 */
export async function makeKey (
  { writer }: Pick<Database, 'writer'>, userNo: number, { name, scopes, expiresAt }: KeyRequest, now: number
): Promise<{ text: string, key: ApiKey }> {
  // JSON Schema allows a leap second, which `Date.parse` does not know.
  if (Number.isNaN(expiresAt)) throw new DomainError('INVALID', 'This moment does not exist', 'expiresAt')
  if (expiresAt !== null && expiresAt <= now) throw new DomainError('INVALID', 'The key would have expired already', 'expiresAt')
  const text = newKey()
  const key = { id: randomUUID(), name, lastFour: text.slice(-4), scopes: [...new Set(scopes)], expiresAt }
  await createKey(writer, { ...key, userNo, hash: secretHash(text), now })
  return { text, key: { ...key, createdAt: now, lastUsedAt: null } }
}
