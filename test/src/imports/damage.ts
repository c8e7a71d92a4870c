import fc from 'fast-check'
import type { ImportContext, ImportFormat, JsonObject, JsonValue, ReadyConversation } from '../../../src/formats/kit/draft.js'
import { normalizeConversation } from '../../../src/imports/normalize.js'
import { importTime } from '../formats/imported.js'

/** Ids that collide, and those that are members of every object. */
export const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', '__proto__', 'constructor')

/** Times in any state of repair. */
export const oddTime = fc.constantFrom<JsonValue>(null, '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z', 1704067200, 1704067200123, 'x', {}, -1, { $date: { $numberLong: '1704067200000' } })

/** A word that stands nowhere else; what contains one is visible and has to be found again. */
export const word = fc.string({ minLength: 8, maxLength: 12, unit: fc.constantFrom(...'jklmnpqr') })

/** Visible text with what breaks encoders in it. */
export const oddText = fc.oneof(word, word.map((text) => `\uD83D${text}\0`), word.map((text) => `${text}\uDE00 `))

/** Values where an object, a list or a text should be. */
export const oddValue = fc.constantFrom<JsonValue>(null, 5, '', [], {}, [null], true)

/** An object of these members, some of them missing. */
export function oddObject (members: Record<string, fc.Arbitrary<JsonValue>>): fc.Arbitrary<JsonObject> {
  return fc.record(members, { requiredKeys: [] })
}

/** A file of which nothing is known. */
export const noContext: ImportContext = { fileTitle: null, companions: [], leaveOut: () => {} }

/** The first conversation a format reads in an element, as `JSON.parse` gives it. */
export function converted (format: ImportFormat, element: JsonValue): ReadyConversation {
  const [draft] = format.convert(JSON.parse(JSON.stringify(element)), noContext)
  if (draft === undefined) throw new Error('no conversation')
  return normalizeConversation(draft, format.name, importTime)
}

/** Whether every word of the element is found in its conversation, and the messages are a sound forest with rising times. */
export function isKept (format: ImportFormat, element: JsonValue): boolean {
  const { messages, title } = converted(format, element)
  const said = JSON.stringify([title, messages.map(({ body }) => [body.text, body.content, body.metadata])])
  const words = JSON.stringify(element).match(/[jklmnpqr]{8,}/g) ?? []
  return words.every((word) => said.includes(word)) &&
    !/\\u0000|\\ud[89a-f]/.test(said) &&
    new Set(messages.map(({ sourceId }) => sourceId)).size === messages.length &&
    messages.every(({ parent, createdAt }, index) => Number.isSafeInteger(createdAt) && createdAt > 0 && parent < index &&
      (parent === -1 || createdAt > (messages[parent]?.createdAt ?? Infinity)))
}
