import { cleanTitle } from '../conversations/title.js'
import { type ConversationDraft, EntryError, type KeptFacts, type KeptMessage, type ReadyConversation, type ReadyMessage } from '../formats/kit/draft.js'
import { digest } from '../formats/kit/identity.js'
import { keptBody } from '../formats/kit/kept-body.js'
import { repairText } from '../formats/kit/text.js'
import { parseTime } from '../formats/kit/times.js'
import { MAX_TAGS_PER_CONVERSATION } from '../tags/schemas.js'
import { pickSettings } from './settings.js'

/** What a tag may be, see `TagNameSchema` in `src/schemas.ts`. */
const TAG = /^(?!\s)[^\p{Cc}\p{Cs}]{1,128}(?<!\s)$/u

/** Ids as Parley stores them: those it made, and those that clients chose. */
const CONVERSATION_ID = /^[^\p{Cc}\p{Cs}]{1,128}$/u
const MESSAGE_ID = /^[A-Za-z0-9_-]{1,64}$/

const MAX_SOURCE_CHARACTERS = 256

/**
 * A conversation of Parley's own export made fit to store. Unlike other drafts it is checked and not repaired: order, times
 * and texts were fit when they were exported, so nothing of them changes.
 * @throws {EntryError} for ids, times or links that Parley would not have written, and for a message of more than 16 MiB.
 */
export function normalizeKept (draft: ConversationDraft, kept: KeptFacts, source: string): ReadyConversation {
  const conversationId = draft.sourceId ?? ''
  if (!CONVERSATION_ID.test(conversationId)) throw new EntryError('Its conversationId is not one')
  const createdAt = requiredTime(draft.createdAt, 'The conversation')
  const messages = readyMessages(kept)
  const title = cleanTitle(draft.title ?? '') || 'Imported Chat'
  const facts = { conversationId, title, isContinued: kept.isContinued, messages: messages.map(({ sourceId, body }) => digest([sourceId, body])) }
  const fingerprint = digest(facts)
  const origin = kept.origin && {
    source: repairText(kept.origin.source).slice(0, MAX_SOURCE_CHARACTERS),
    sourceId: repairText(kept.origin.sourceId).slice(0, MAX_SOURCE_CHARACTERS),
    fingerprint: repairText(kept.origin.fingerprint).slice(0, MAX_SOURCE_CHARACTERS),
    title: kept.origin.title === null ? null : cleanTitle(kept.origin.title),
    versionAt: kept.origin.versionAt,
    contentHash: kept.origin.contentHash && repairText(kept.origin.contentHash).slice(0, MAX_SOURCE_CHARACTERS)
  }
  return {
    source: origin?.source ?? source,
    sourceId: origin?.sourceId ?? conversationId,
    title,
    endpoint: textOrNull(draft.endpoint),
    model: textOrNull(draft.model),
    createdAt,
    updatedAt: requiredTime(draft.updatedAt, 'The conversation'),
    isArchived: draft.isArchived ?? false,
    pinned: draft.pinned ?? false,
    tags: [...new Set(draft.tags)].filter((tag) => TAG.test(tag)).slice(0, MAX_TAGS_PER_CONVERSATION),
    settings: pickSettings(draft.settings ?? {}),
    versionAt: origin?.versionAt ?? null,
    contentHash: origin?.contentHash ?? null,
    messages,
    fingerprint,
    kept: {
      conversationId,
      isContinued: kept.isContinued,
      archivedAt: kept.archivedAt,
      forkedFrom: kept.forkedFrom && { conversationId: repairText(kept.forkedFrom.conversationId), messageId: textOrNull(kept.forkedFrom.messageId) },
      origin,
      messages: kept.messages.map(({ messageId, parentMessageId, editedHere }) => ({ messageId, parentMessageId, editedHere }))
    }
  }
}

function readyMessages ({ messages, isContinued }: KeptFacts): ReadyMessage[] {
  const places = new Map<string, number>()
  const sourceIds = new Set<string>()
  return messages.map((message, index) => {
    const { messageId, parentMessageId, sourceId } = message
    if (!MESSAGE_ID.test(messageId)) throw new EntryError(`Message ${index + 1} has no messageId`)
    if (places.has(messageId)) throw new EntryError(`Message ${index + 1} has the messageId of an earlier one`)
    const parent = parentMessageId === null ? -1 : places.get(parentMessageId)
    if (parent === undefined && !isContinued) throw new EntryError(`Message ${index + 1} names a parent that does not stand before it`)
    places.set(messageId, index)
    const id = sourceId === null || sourceId === '' || sourceIds.has(sourceId) ? messageId : repairText(sourceId).slice(0, MAX_SOURCE_CHARACTERS)
    sourceIds.add(id)
    return { sourceId: id, parent: parent ?? -1, ...timesOf(message, index), body: keptBody(message.body) }
  })
}

function timesOf ({ createdAt, updatedAt }: KeptMessage, index: number) {
  const name = `Message ${index + 1}`
  return { createdAt: requiredTime(createdAt, name), updatedAt: requiredTime(updatedAt, name) }
}

function requiredTime (time: unknown, what: string): number {
  const read = parseTime(time)
  if (read === null) throw new EntryError(`${what} has no time`)
  return read
}

function textOrNull (text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : repairText(text)
}
