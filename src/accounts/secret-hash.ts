import { createHash } from 'node:crypto'

/**
 * Returns the SHA-256 in hex under which a refresh token, an API key or a password link is stored. These secrets are 32
 * random bytes, so they need no salt and no slow hash.
 */
export function secretHash (secret: string) {
  return createHash('sha256').update(secret).digest('hex')
}
