import { createHash, randomBytes } from 'node:crypto'

/** A new refresh token: 32 random bytes in base64url. */
export function newRefreshToken () {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a refresh token: its SHA-256 in hex. The token is random, so it needs no salt and no slow hash. */
export function refreshTokenHash (token: string) {
  return createHash('sha256').update(token).digest('hex')
}
