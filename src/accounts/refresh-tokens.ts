import { createHmac, randomBytes } from 'node:crypto'

/** Successors that are tried for a spent token. This allows for as many refreshes within a minute. */
const MAX_SUCCESSORS = 16

/** Returns a new refresh token: 32 random bytes in base64url. */
export function newRefreshToken () {
  return randomBytes(32).toString('base64url')
}

/**
 * Returns the tokens that follow a refresh token, the next one first. Each is computed from the one before. So a reused
 * token leads to the same successor, although the database holds hashes only. Two successors would hide a theft: thief
 * and owner could both continue, and neither would ever use a spent token.
 */
export function successorsOf (token: string, secret: string): string[] {
  const successors: string[] = []
  for (let previous = token; successors.length < MAX_SUCCESSORS;) {
    previous = createHmac('sha256', secret).update(`refresh token after ${previous}`).digest('base64url')
    successors.push(previous)
  }
  return successors
}
