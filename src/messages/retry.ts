import { DomainError } from '../errors.js'

/** Attempts of one write. Each change of the conversation between two steps causes another one. */
const MAX_ATTEMPTS = 20

/**
 * Runs a write in steps again while it returns null, which says that the conversation changed between two steps.
 * @throws {DomainError} CONFLICT after `MAX_ATTEMPTS`.
 */
export function * retryWhileChanged <T> (attempt: () => Generator<void, T | null, void>): Generator<void, T, void> {
  for (let count = 0; count < MAX_ATTEMPTS; count++) {
    const result = yield * attempt()
    if (result !== null) return result
  }
  throw new DomainError('CONFLICT', 'The conversation keeps changing; try again', 'conversationId')
}
