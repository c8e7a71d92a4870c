import type { ImportFormat, JsonObject } from '../formats/kit/draft.js'
import { outline } from './json/outline.js'
import { elementLimits, type JsonElement, type JsonFile, type JsonPlace } from './json/scanner.js'
import { isObject } from '../formats/kit/json-value.js'

/** Decides the format of one element; null when it has none. */
export type Detect = (element: JsonObject) => ImportFormat | null

/** How the elements of a file are to be read. */
export interface ReadingPlan {
  /** Groups of elements: one for each array, or a single one with the whole top-level object. */
  groups: Array<Generator<JsonElement>>
  /** An outline of the top-level object, where there is one. */
  top: JsonObject | null
}

/** Where exporters put the list of conversations; an empty list there is an empty history. */
const wrapperPaths = new Set(['conversations', 'chats', 'data', 'threads', 'data.conversations', 'data.chats'])

/**
 * Plans the reading of a file whose top level is an array or an object. An object that a format claims is one element.
 * Of any other, and of one too large to parse, the arrays that hold something known are read element by element.
 */
export function planReading (file: JsonFile, detect: Detect): ReadingPlan {
  const { root } = file
  if (root.kind === 'array') return { groups: [file.elements(root)], top: null }
  const { value, arrays } = outline(file, root)
  const histories = arrays.filter(({ path, sample }) => {
    return wrapperPaths.has(path) || (Array.isArray(sample) && sample.some((element) => isObject(element) && detect(element) !== null))
  })
  const isClaimed = root.end - root.start <= elementLimits.bytes && detect(value) !== null
  return { groups: isClaimed || histories.length === 0 ? [whole(file, root)] : histories.map((array) => file.elements(array)), top: value }
}

function * whole (file: JsonFile, place: JsonPlace): Generator<JsonElement> {
  yield file.value(place)
}
