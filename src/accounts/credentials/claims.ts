/** The issuer of tokens that this server signed (`iss`, RFC 7519 section 4.1.1). */
export const ISSUER = 'parley'

/** Requirements for every token, from any issuer. */
export const verification = { algorithms: ['HS256' as const], requiredClaims: ['id', 'exp'] }

/** The claims of an access token about its user, named as in LibreChat's tokens, and about its session. */
export interface AccessClaims {
  id: string
  username: string
  provider: string
  email: string
  /** The session's id, named as in OpenID Connect. */
  sid: string
}

/** The claims of a token that are used. A token of another issuer needs only an id. */
export interface ReadClaims extends Omit<AccessClaims, 'sid'> {
  sessionId: string | null
  issuer: string | null
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Ids of Parley, of LibreChat and of common identity providers. */
const ID = /^[\w.@:|-]{1,64}$/
const MAX_TEXT_LENGTH = 254
/** Maximum time that the issuer's clock may be ahead. */
const MAX_CLOCK_SKEW_S = 60

/**
 * Returns the claims in a payload, or null when their shape is not valid. The signature was checked before, but it
 * proves only the author of the claims. `now` is in milliseconds.
 */
export function readClaims (payload: unknown, now: number): ReadClaims | null {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
  const claims: Record<string, unknown> = { ...payload }
  const { id, exp, iat } = claims
  if (typeof id !== 'string' || !ID.test(id)) return null
  // 1e308 is also a number, and would never expire.
  if (!Number.isSafeInteger(exp)) return null
  if (iat !== undefined && !(Number.isSafeInteger(iat) && Number(iat) <= now / 1000 + MAX_CLOCK_SKEW_S)) return null
  return {
    id,
    username: shortText(claims.username),
    provider: shortText(claims.provider),
    email: shortText(claims.email),
    sessionId: typeof claims.sid === 'string' ? claims.sid : null,
    issuer: typeof claims.iss === 'string' ? claims.iss : null,
    expiresAt: Number(exp) * 1000
  }
}

function shortText (value: unknown) {
  return typeof value === 'string' && value.length <= MAX_TEXT_LENGTH && !/\p{Cs}/u.test(value) ? value : ''
}
