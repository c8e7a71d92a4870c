import { type ImportFormat, type JsonObject } from '../draft.js'
import { chatgpt } from './chatgpt.js'
import { librechat } from './librechat.js'

/**
 * Every format, the first match wins: one whose structure is a special case of another stands before it.
 * A new format is one import and one entry here.
 */
export const formats: readonly ImportFormat[] = [
  chatgpt,
  librechat
]

/** The format of one element, decided by its structure alone; null when none fits. */
export function detectFormat (element: JsonObject): ImportFormat | null {
  return formats.find((format) => format.matches(element)) ?? null
}
