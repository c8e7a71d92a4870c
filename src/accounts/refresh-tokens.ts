import { createHmac, randomBytes } from 'node:crypto'

/** Successors of a token that are tried when a spent token comes again: refreshes that one minute can hold. */
const MAX_SUCCESSORS = 16

/** A new refresh token: 32 random bytes in base64url. */
export function newRefreshToken () {
  return randomBytes(32).toString('base64url')
}

/**
 * The tokens that follow a refresh token, next one first. Each is computed from the one before, so a token that comes
 * twice leads to one successor, although the database holds hashes only. Two successors would hide a theft: thief
 * and owner could both go on, and neither would ever use a spent token.
 */
export function successorsOf (token: string, secret: string): string[] {
  const successors: string[] = []
  for (let previous = token; successors.length < MAX_SUCCESSORS;) {
    previous = createHmac('sha256', secret).update(`refresh token after ${previous}`).digest('base64url')
    successors.push(previous)
  }
  return successors
}
