import type { ReadClaims } from './claims.js'

/** Tokens remembered at once; the one that came first is forgotten first. */
const MAX_TOKENS = 10_000

/** What a token says, and when that was checked, in milliseconds since 1970. */
interface Known { claims: ReadClaims, readAt: number }

/**
 * Reads tokens as `read` does, and remembers the claims while the token lasts: checking a signature takes longer than
 * most queries. When the clock has gone back a token is read again, because it may come from a wrong future. A token that
 * `read` refuses is not remembered, so nobody fills the memory without good tokens.
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
