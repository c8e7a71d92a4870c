import { cleanLine, firstCodePoints } from '../../text.js'
import { type JsonObject, type JsonValue, EntryError } from './draft.js'

const borrowedTitleLength = 60
const tagLength = 128
const maxTags = 50
const maxDepth = 100

/**
 * Text that survives UTF-8 and SQLite: lone surrogates become U+FFFD, U+0000 is removed, nothing else changes.
 */
export function repairText (text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, (char) => char === '\0' ? '' : '\uFFFD')
}

/** A title made of the beginning of a message, cut between words; empty for a blank message. */
export function titleFromText (text: string): string {
  const start = cleanLine(text.trimStart().slice(0, 4 * borrowedTitleLength), 4 * borrowedTitleLength).replace(/\s+/gu, ' ')
  const cut = firstCodePoints(start, borrowedTitleLength)
  if (cut === start || start[cut.length] === ' ') return cut
  const boundary = cut.lastIndexOf(' ')
  return boundary > 0 ? cut.slice(0, boundary) : cut
}

/** Tags cleaned, without blanks and duplicates, limited in length and number. */
export function cleanTags (tags: readonly string[]): string[] {
  const cleaned = tags.map((tag) => cleanLine(tag, tagLength)).filter((tag) => tag !== '')
  return [...new Set(cleaned)].slice(0, maxTags)
}

/**
 * A copy of a JSON value with every string and member name repaired like {@link repairText}.
 * @throws {EntryError} when it nests deeper than 100 levels, which later serialization would not survive.
 */
export function repairJson (value: JsonValue): JsonValue {
  const holder: JsonValue[] = []
  const pending: Array<{ source: JsonValue, depth: number, put: (copy: JsonValue) => void }> =
    [{ source: value, depth: 0, put: (copy) => { holder.push(copy) } }]
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    const { source, put } = task
    const depth = task.depth + 1
    if (depth > maxDepth) throw new EntryError(`A message carries data nested deeper than ${maxDepth} levels`)
    if (typeof source === 'string') {
      put(repairText(source))
    } else if (Array.isArray(source)) {
      const copy: JsonValue[] = new Array(source.length).fill(null)
      source.forEach((item, index) => pending.push({ source: item, depth, put: (item) => { copy[index] = item } }))
      put(copy)
    } else if (typeof source === 'object' && source !== null) {
      const copy: JsonObject = {}
      for (const [name, member] of Object.entries(source)) {
        const key = repairText(name)
        define(copy, key, null)
        if (member !== undefined) pending.push({ source: member, depth, put: (value) => { define(copy, key, value) } })
      }
      put(copy)
    } else {
      put(source)
    }
  }
  return holder[0] ?? null
}

/** {@link repairJson} for objects. */
export function repairObject (source: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(source).flatMap(([name, member]) =>
    member === undefined ? [] : [[repairText(name), repairJson(member)]]))
}

/** Assignment to `__proto__` would replace the object's prototype instead of keeping the member. */
function define (target: JsonObject, key: string, value: JsonValue) {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}
