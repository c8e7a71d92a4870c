import { type ConversationDraft, EntryError, type ImportContext, type ImportFormat, type JsonObject, type JsonValue, type ReadyConversation } from '../formats/kit/draft.js'
import type { Companion } from './companions.js'
import type { JsonElement } from './json/scanner.js'
import { isObject, stringOf } from '../formats/kit/json-value.js'
import { leafName } from '../formats/kit/media.js'
import { normalizeConversation } from './normalize.js'
import type { Detect } from './reading-plan.js'
import { cleanTitle } from '../conversations/title.js'
import { isStorageFailure } from '../writer/errors.js'

/** What was read from one element: an import entry without its number. */
export type ReadResult =
  | { kind: 'conversation', conversation: ReadyConversation }
  | { kind: 'skipped' | 'failed', title?: string, reason: string }
  | { kind: 'unread', name: string, reason: string }

/** The messages of one list that only together make conversations. */
interface Collection { messages: JsonValue[], bytes: number, isTooLarge: boolean }

/** Bytes of a collection in the file. Its messages stay in memory, parsed, until the last of them is read. */
const MAX_COLLECTED_BYTES = 96 * 2 ** 20

/** Turns the elements of one upload into results. Whatever is wrong with one element stays with that element. */
export interface ElementReader {
  /** Names of the formats seen, in the order of their first element. */
  readonly formats: string[]
  /** How many elements were of a known format, readable or not. */
  readonly recognised: number
  /** Says which file the elements to come are from. */
  beginFile (file: SourceFile): void
  read (element: JsonElement): Generator<ReadResult>
  /** Ends a list. Returns what its elements make together. */
  endGroup (): Generator<ReadResult>
}

/** A file of elements. */
export interface SourceFile {
  /** Its name, for the report; null for an upload without one. */
  name: string | null
  companions: readonly Companion[]
}

/** A reader for one upload; `now`, in milliseconds, stands in for times the upload lacks. */
export function elementReader (detect: Detect, now: number): ElementReader {
  const formats = new Set<string>()
  const emitted = new Set<string>()
  const collections = new Map<ImportFormat, Collection>()
  const leftOut: string[] = []
  let recognised = 0
  let file: SourceFile = { name: null, companions: [] }

  return {
    beginFile: (next) => { file = next },
    get formats () { return [...formats] },
    get recognised () { return recognised },
    read,
    endGroup
  }

  function * read (element: JsonElement): Generator<ReadResult> {
    if ('refused' in element) return yield { kind: 'failed', reason: element.refused }
    const { value, size } = element
    if (!isObject(value)) return yield { kind: 'failed', reason: `It is not a conversation but ${nameOf(value)}` }
    const format = detect(value)
    if (format === null) return yield failed('It is not a conversation of a format Parley reads', titleOf(value))
    recognised++
    formats.add(format.name)
    if (format.collects === true) collect(format, value, size)
    else yield * convert(format, value)
  }

  function * endGroup (): Generator<ReadResult> {
    for (const [format, { messages, isTooLarge }] of collections) {
      if (isTooLarge) yield { kind: 'failed', reason: `The messages of this ${format.label} file are too large to be read together` }
      else yield * convert(format, { messages })
    }
    collections.clear()
  }

  function collect (format: ImportFormat, message: JsonObject, bytes: number) {
    const collection = collections.get(format) ?? { messages: [], bytes: 0, isTooLarge: false }
    collections.set(format, collection)
    collection.bytes += bytes
    if (collection.bytes > MAX_COLLECTED_BYTES) {
      collection.isTooLarge = true
      collection.messages = []
    } else {
      collection.messages.push(message)
    }
  }

  function * convert (format: ImportFormat, element: JsonObject): Generator<ReadResult> {
    const title = titleOf(element)
    const drafts = attempt(format, title, () => format.convert(element, contextFor(format)))
    const reasons = leftOut.splice(0)
    for (const reason of reasons) yield { kind: 'unread', name: file.name ?? format.label, reason }
    if ('kind' in drafts) return yield drafts
    if (drafts.length === 0 && reasons.length === 0) yield skipped('It holds no conversation', title)
    for (const draft of drafts) yield ready(format, draft)
  }

  function contextFor (format: ImportFormat): ImportContext {
    return {
      fileTitle: titleOfFile(file.name),
      companions: file.companions.filter((companion) => companion.format === format),
      leaveOut: (reason) => { leftOut.push(reason) }
    }
  }

  function ready (format: ImportFormat, draft: ConversationDraft): ReadResult {
    const conversation = attempt(format, draft.title ?? undefined, () => normalizeConversation(draft, format.name, now))
    if ('kind' in conversation) return conversation
    const { source, sourceId, fingerprint, messages, title } = conversation
    if (messages.length === 0 && !conversation.kept) return skipped('It has no messages', title)
    const identity = `${source}\0${sourceId}\0${fingerprint}`
    if (emitted.has(identity)) return skipped('It appears twice in this upload', title)
    emitted.add(identity)
    return { kind: 'conversation', conversation }
  }
}

/** Runs code that trusts a foreign file. Whatever it throws, a stack overflow too, is the failure of that element. */
function attempt <T> (format: ImportFormat, title: string | undefined, work: () => T): T | ReadResult {
  try {
    return work()
  } catch (error) {
    if (error instanceof EntryError) return failed(error.message, error.title ?? title)
    if (isStorageFailure(error)) throw error
    return failed(`It looks like a conversation of ${format.label}, but has a structure Parley cannot read`, title)
  }
}

function failed (reason: string, title: string | undefined): ReadResult {
  return { kind: 'failed', reason, ...titled(title) }
}

function skipped (reason: string, title: string | undefined): ReadResult {
  return { kind: 'skipped', reason, ...titled(title) }
}

/** The name of a file without its folders and its ending. */
function titleOfFile (name: string | null): string | null {
  return stringOf(leafName(name)?.replace(/\.(?:json|jsonl|ndjson|csv|html?|txt)$/i, ''))
}

function titled (title: string | undefined): { title?: string } {
  const clean = cleanTitle(title ?? '')
  return clean === '' ? {} : { title: clean }
}

function titleOf (element: JsonObject): string | undefined {
  return stringOf(element.title) ?? stringOf(element.name) ?? stringOf(element.chatTitle) ?? undefined
}

function nameOf (value: JsonValue) {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
