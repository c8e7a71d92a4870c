import { createHash } from 'node:crypto'

/**
 * What is stored of a refresh token, an API key or a password link: its SHA-256 in hex. These secrets are 32 random bytes,
 * so they need no salt and no slow hash.
 */
export function secretHash (secret: string) {
  return createHash('sha256').update(secret).digest('hex')
}
