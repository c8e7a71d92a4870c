import { DomainError } from './errors.js'

/** Deepest nesting of a value that clients may store; deeper ones overflow what later walks them. */
const MAX_DEPTH = 64

/** Text SQLite can give back as it was: no U+0000, no half of a surrogate pair. */
export const STORABLE_TEXT = '^[^\\u0000\\p{Cs}]*$'

const storable = new RegExp(STORABLE_TEXT, 'u')

/**
 * Refuses a JSON value that could not be stored and given back unchanged.
 * @throws {DomainError} INVALID, naming `field`.
 */
export function assertStorable (value: unknown, field: string) {
  const left: Array<[value: unknown, depth: number]> = [[value, 1]]
  for (let next = left.pop(); next; next = left.pop()) {
    const [item, depth] = next
    if (depth > MAX_DEPTH) throw new DomainError('INVALID', `${field} is nested deeper than ${MAX_DEPTH} levels`, field)
    if (typeof item === 'string' && !storable.test(item)) {
      throw new DomainError('INVALID', `${field} holds U+0000 or half a surrogate pair`, field)
    }
    if (typeof item !== 'object' || item === null) continue
    for (const [key, member] of Object.entries(item)) left.push([key, depth], [member, depth + 1])
  }
}
