import { DomainError } from './errors.js'

/** Nesting limit of stored JSON. Deeper values would overflow the stack of recursive code. */
const MAX_DEPTH_LEVELS = 64

/** A pattern for text that SQLite returns unchanged: no U+0000, no lone surrogate. */
export const STORABLE_TEXT = '^[^\\u0000\\p{Cs}]*$'

const storable = new RegExp(STORABLE_TEXT, 'u')

/**
 * Checks that a JSON value can be stored and returned unchanged.
 * @throws {DomainError} INVALID, naming `field`.
 */
export function assertStorable (value: unknown, field: string) {
  const left: Array<[value: unknown, depth: number]> = [[value, 1]]
  for (let next = left.pop(); next; next = left.pop()) {
    const [item, depth] = next
    if (depth > MAX_DEPTH_LEVELS) throw new DomainError('INVALID', `${field} is nested deeper than ${MAX_DEPTH_LEVELS} levels`, field)
    if (typeof item === 'string' && !storable.test(item)) {
      throw new DomainError('INVALID', `${field} holds U+0000 or half a surrogate pair`, field)
    }
    if (typeof item !== 'object' || item === null) continue
    for (const [key, member] of Object.entries(item)) left.push([key, depth], [member, depth + 1])
  }
}
