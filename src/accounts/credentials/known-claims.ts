import type { ReadClaims } from './claims.js'

/** Tokens in the cache. The oldest is dropped first. */
const MAX_TOKENS = 10_000

/** The claims of a token, and when they were read, in milliseconds since 1970. */
interface Known { claims: ReadClaims, readAt: number }

/**
 * Reads tokens as `read` does, and caches the claims while the token is valid. Checking a signature takes longer than
 * most queries. After the clock was set back, a token is read again, because the first check may have used a wrong time.
 * A token that `read` refuses is not cached, so invalid tokens do not fill the cache.
 */
export function knownClaims (read: (token: string, now: number) => ReadClaims | null) {
  const known = new Map<string, Known>()

  return (token: string, now: number): ReadClaims | null => {
    const remembered = known.get(token)
    const isCurrent = remembered !== undefined && remembered.readAt <= now
    if (isCurrent && remembered.claims.expiresAt > now) return remembered.claims
    known.delete(token)
    const claims = isCurrent ? null : read(token, now)
    if (claims) remember(token, { claims, readAt: now })
    return claims
  }

  function remember (token: string, entry: Known) {
    known.set(token, entry)
    const [oldest] = known.size > MAX_TOKENS ? known.keys() : []
    if (oldest !== undefined) known.delete(oldest)
  }
}
