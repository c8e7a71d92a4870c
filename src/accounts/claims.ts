/** Marks the tokens this server signed itself (`iss`, RFC 7519 section 4.1.1). */
export const ISSUER = 'parley'

/** What a token must be, whoever signed it. */
export const verification = { algorithms: ['HS256' as const], requiredClaims: ['id', 'exp'] }

/** What an access token says of its user; the same names as in LibreChat's tokens. */
export interface AccessClaims {
  id: string
  username: string
  provider: string
  email: string
}

/** The claims of a token that are used; only `id` is relied on. */
export interface ReadClaims extends AccessClaims {
  issuer: string | null
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Ids of Parley, of LibreChat and of common identity providers. */
const ID = /^[\w.@:|-]{1,64}$/
const LONGEST_TEXT = 254
/** Seconds that the clock of whoever signed a token may be ahead. */
const CLOCK_SKEW = 60

/**
 * The claims in a payload whose signature was checked, or null when their shape cannot be trusted: a signature says
 * who wrote the claims, not that they make sense. `now` is in milliseconds.
 */
export function readClaims (payload: unknown, now: number): ReadClaims | null {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
  const claims: Record<string, unknown> = { ...payload }
  const { id, exp, iat } = claims
  if (typeof id !== 'string' || !ID.test(id)) return null
  // 1e308 is a number too, and would never expire.
  if (!Number.isSafeInteger(exp)) return null
  if (iat !== undefined && !(Number.isSafeInteger(iat) && Number(iat) <= now / 1000 + CLOCK_SKEW)) return null
  return {
    id,
    username: shortText(claims.username),
    provider: shortText(claims.provider),
    email: shortText(claims.email),
    issuer: typeof claims.iss === 'string' ? claims.iss : null,
    expiresAt: Number(exp) * 1000
  }
}

function shortText (value: unknown) {
  return typeof value === 'string' && value.length <= LONGEST_TEXT && !/\p{Cs}/u.test(value) ? value : ''
}
