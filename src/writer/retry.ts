import { DomainError } from '../errors.js'

/** Attempts of one write. Each change of what it works on between two steps causes another one. */
const MAX_ATTEMPTS = 20

/**
 * Runs steps again while they return null, which says that what they work on changed between two of them.
 * @throws {DomainError} CONFLICT after `MAX_ATTEMPTS`.
 */
export function * retryWhileChanged <T> (attempt: () => Generator<void, T | null, void>): Generator<void, T, void> {
  for (let count = 0; count < MAX_ATTEMPTS; count++) {
    const result = yield * attempt()
    if (result !== null) return result
  }
  throw new DomainError('CONFLICT', 'This is being changed again and again; try again later')
}
