import type { JsonObject, JsonValue } from '../../formats/kit/draft.js'
import { elementLimits, type JsonFile, type JsonMember, type JsonPlace } from './scanner.js'

/** An object of any size, cut down to what tells formats apart. */
export interface Outline {
  value: JsonObject
  /** The arrays in the object and in the objects directly in it, which could be read element by element. */
  arrays: OutlinedArray[]
}

export interface OutlinedArray extends JsonPlace {
  /** Its key, after that of the object it is in and a dot. */
  path: string
  /** At least its first elements, as far as they are small enough to look at. */
  sample: JsonValue
}

const smallValue = 64 * 1024
const sampleLength = 8
const sampleLimits = { ...elementLimits, bytes: 4 * 2 ** 20 }
const deepestLevel = 3
const maxMembers = 1_000
/** Bytes parsed for one outline. */
const maxParsed = 32 * 2 ** 20

/**
 * Outlines an object: small values are whole, of a long array only the first elements are there, long strings are
 * empty, and long objects are outlined in turn.
 */
export function outline (file: JsonFile, object: JsonPlace): Outline {
  const arrays: OutlinedArray[] = []
  let parsed = 0
  return { value: ofMembers(uniqueMembers(file, object), 0, ''), arrays }

  function ofMembers (members: JsonMember[], level: number, path: string): JsonObject {
    // `fromEntries` makes `__proto__` an ordinary key, as JSON.parse does.
    return Object.fromEntries(members.map((member) => [member.key, ofMember(member, level, path + member.key)]))
  }

  function ofMember (member: JsonMember, level: number, path: string): JsonValue {
    const isSmall = member.end - member.start <= smallValue
    if (member.kind === 'object' && (level === 0 || !isSmall)) {
      return level < deepestLevel ? ofMembers(uniqueMembers(file, member), level + 1, `${path}.`) : {}
    }
    if (member.kind !== 'array') return isSmall ? whole(member) : ''
    const sample = isSmall ? whole(member) : firstElements(member)
    if (level <= 1) arrays.push({ path, start: member.start, end: member.end, sample })
    return sample
  }

  function whole (member: JsonMember): JsonValue {
    parsed += member.end - member.start
    const element = parsed <= maxParsed ? file.value(member) : null
    return element !== null && 'value' in element ? element.value : null
  }

  function firstElements (array: JsonMember): JsonValue[] {
    const sample: JsonValue[] = []
    if (parsed > maxParsed) return sample
    for (const element of file.elements(array, sampleLimits)) {
      parsed += element.end - element.start
      sample.push('value' in element ? element.value : null)
      if (sample.length === sampleLength || parsed > maxParsed) break
    }
    return sample
  }
}

/** The first members; of repeated keys the last counts, as for `JSON.parse`. Reads to the object's end, so a damaged one never passes. */
function uniqueMembers (file: JsonFile, object: JsonPlace): JsonMember[] {
  const members = new Map<string, JsonMember>()
  for (const member of file.members(object)) {
    if (members.size < maxMembers || members.has(member.key)) members.set(member.key, member)
  }
  return [...members.values()]
}
