import type { ReadClaims } from './claims.js'

/** Credentials remembered at once; the oldest is forgotten first. */
const CAPACITY = 10_000

/**
 * Reads credentials as `read` does, each once while its token lasts: checking a signature takes longer than most
 * queries do. What `read` refuses is not remembered, so that nobody fills the memory without a good token.
 */
export function knownClaims (read: (credentials: string, now: number) => ReadClaims | null) {
  const known = new Map<string, ReadClaims>()

  return (credentials: string, now: number): ReadClaims | null => {
    const remembered = known.get(credentials)
    if (remembered && remembered.expiresAt > now) return remembered
    known.delete(credentials)
    const claims = remembered ? null : read(credentials, now)
    if (claims) remember(credentials, claims)
    return claims
  }

  function remember (credentials: string, claims: ReadClaims) {
    known.set(credentials, claims)
    const [oldest] = known.size > CAPACITY ? known.keys() : []
    if (oldest !== undefined) known.delete(oldest)
  }
}
