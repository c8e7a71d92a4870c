import type { Database } from '../../writer/database.js'
import { touchKey } from '../key-commands.js'
import { cachedKey } from '../key-queries.js'
import { isKeyText } from '../key-text.js'
import { secretHash } from '../secret-hash.js'
import type { Identity } from './identity.js'

/** Minimum time between two stored uses of a key. */
const USE_INTERVAL_MS = 3_600_000

/** Dependencies of `apiKeys`. */
export interface ApiKeyOptions {
  database: Pick<Database, 'reader' | 'writer'>
  /** Called when the use of a key could not be stored. The request continues. */
  onError (error: unknown): void
}

/**
 * Returns a function that reads API keys. It returns null when the key is unknown or expired, or its account is
 * disabled.
 */
export function apiKeys ({ database: { reader, writer }, onError }: ApiKeyOptions) {
  /** Keys whose use is being stored. */
  const pending = new Set<string>()

  return (text: string, now: number): Identity | null => {
    const found = isKeyText(text) ? cachedKey(reader, secretHash(text)) : null
    if (!found) return null
    const { account, key } = found
    if (key.expiresAt !== null && key.expiresAt <= now) return null
    if (now - (key.lastUsedAt ?? 0) >= USE_INTERVAL_MS) noteUse(key.id, now)
    return { account, session: null, key }
  }

  function noteUse (id: string, now: number) {
    if (pending.has(id)) return
    pending.add(id)
    touchKey(writer, { id, now }).catch(onError).finally(() => pending.delete(id))
  }
}
