import type { ReadClaims } from './claims.js'

/** Tokens remembered at once; the one that came first is forgotten first. */
const MAX_TOKENS = 10_000

/**
 * Reads tokens as `read` does, and remembers the claims while the token lasts: checking a signature takes longer than
 * most queries. A token that `read` refuses is not remembered, so nobody fills the memory without good tokens.
 */
export function knownClaims (read: (token: string, now: number) => ReadClaims | null) {
  const known = new Map<string, ReadClaims>()

  return (token: string, now: number): ReadClaims | null => {
    const remembered = known.get(token)
    if (remembered && remembered.expiresAt > now) return remembered
    known.delete(token)
    const claims = remembered ? null : read(token, now)
    if (claims) remember(token, claims)
    return claims
  }

  function remember (token: string, claims: ReadClaims) {
    known.set(token, claims)
    const [oldest] = known.size > MAX_TOKENS ? known.keys() : []
    if (oldest !== undefined) known.delete(oldest)
  }
}
