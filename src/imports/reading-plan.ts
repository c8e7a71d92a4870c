import type { ImportFormat, JsonObject, JsonValue } from '../formats/kit/draft.js'
import { outline } from './json/outline.js'
import { elementLimits, type JsonElement, type JsonFile } from './json/scanner.js'
import { isObject } from '../formats/kit/json-value.js'

/** Decides the format of one element; null when it has none. */
export type Detect = (element: JsonObject) => ImportFormat | null

/** Elements that stand in one list, or on their own. */
export interface ElementGroup {
  elements: Iterable<JsonElement>
  /** Whether it is a list, at whose end the messages collected from it become conversations. */
  isList: boolean
}

/** How the elements of one top-level value are to be read. */
export interface ReadingPlan {
  groups: ElementGroup[]
  /** An outline of the value, where it is an object. */
  top: JsonObject | null
}

/** Where exporters put the list of conversations; an empty list there is an empty history. */
const wrapperPaths = new Set(['conversations', 'chats', 'data', 'threads', 'data.conversations', 'data.chats'])

/**
 * Plans the reading of a top-level array or object. An object that a format matches is one element. Of any other, and of one
 * too large to parse, the arrays in which a format matches something are read element by element. An object that wraps one
 * which a format matches, as `{"data": {…}}`, is read as what it wraps.
 */
export function planReading (file: JsonFile, detect: Detect): ReadingPlan {
  const { root } = file
  if (root.kind === 'array') return { groups: [{ elements: file.elements(root), isList: true }], top: null }
  const { value, arrays } = outline(file, root)
  const histories = arrays.filter(({ path, sample }) => {
    return wrapperPaths.has(path) || (Array.isArray(sample) && sample.some((element) => matches(element, detect)))
  })
  const inner = Object.keys(value).find((key) => matches(value[key], detect) && histories.every(({ path }) => path.startsWith(`${key}.`)))
  const wrapped = inner !== undefined && detect(value) === null ? member(file, inner) : null
  if (wrapped !== null && 'value' in wrapped) return { groups: [{ elements: [wrapped], isList: false }], top: value }
  const whole = histories.length === 0 || detect(value) !== null ? wholeValue(file, histories.length === 0) : null
  if (whole !== null) return { groups: [{ elements: whole, isList: false }], top: value }
  return { groups: histories.map((array) => ({ elements: file.elements(array), isList: true })), top: value }
}

function matches (value: JsonValue | undefined, detect: Detect): boolean {
  return isObject(value) && detect(value) !== null
}

/** A member of the value. Of repeated keys the last counts, as for `JSON.parse`. */
function member (file: JsonFile, key: string): JsonElement | null {
  const place = [...file.members(file.root)].findLast((member) => member.key === key)
  return place === undefined ? null : file.value(place)
}

/** The value itself as the only element; null where it is too large, unless nothing else can be read of it. */
function wholeValue (file: JsonFile, isOnly: boolean): Iterable<JsonElement> | null {
  const isSmall = file.root.end - file.root.start <= elementLimits.bytes
  if (isSmall || isOnly) return lazily(() => file.value(file.root))
  // Base64 in it may be all that makes it large.
  const element = file.value(file.root)
  return 'value' in element ? [element] : null
}

function * lazily (read: () => JsonElement): Generator<JsonElement> {
  yield read()
}

/** Yields the elements. An object that no format matches is replaced by the elements of those of its lists in which one does. */
export function * unwrapped (elements: Iterable<JsonElement>, detect: Detect): Generator<JsonElement> {
  for (const element of elements) {
    const lists = 'value' in element && isObject(element.value) && detect(element.value) === null
      ? Object.values(element.value).filter((list) => Array.isArray(list)).filter((list) => list.some((item) => isObject(item) && detect(item) !== null))
      : []
    if (lists.length === 0) yield element
    for (const value of lists.flat()) yield { ...element, value }
  }
}
