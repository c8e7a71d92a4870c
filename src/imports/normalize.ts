import { cleanTitle } from '../conversations/title.js'
import { type ConversationDraft, EntryError, type JsonObject, type MessageBody, type MessageDraft, type ReadyConversation, type ReadyMessage } from '../formats/kit/draft.js'
import { contentHash, conversationId, digest, hasId, isExact, messageIds } from '../formats/kit/identity.js'
import { cleanName, messageBody } from '../formats/kit/message-body.js'
import { normalizeKept } from './normalize-kept.js'
import { pickSettings } from './settings.js'
import { cleanTags, titleFromText } from '../formats/kit/text.js'
import { orderTimes, parseTime } from '../formats/kit/times.js'
import { repairTree } from '../formats/kit/tree-repair.js'

const maxMessages = 50_000

/** A kept message with everything known but its final times and id. */
interface Placed {
  sourceId: string | null
  parent: number
  createdAt: number | null
  updatedAt: number | null
  body: MessageBody
}

/**
 * A draft made fit to store: a sound forest, real and rising times, clean text, stable ids. `source` is the
 * format's name; `now` (milliseconds) dates what the file does not date, and never enters the fingerprint.
 * A draft without any kept message gives `messages: []`.
 * @throws {EntryError} beyond 50,000 messages, 16 MiB in one message or 100 levels of nested data.
 */
export function normalizeConversation (draft: ConversationDraft, source: string, now: number): ReadyConversation {
  const title = cleanTitle(draft.title ?? '')
  try {
    return draft.kept ? normalizeKept(draft, draft.kept, source) : normalize(draft, source, title, now)
  } catch (error) {
    throw error instanceof EntryError ? new EntryError(error.message, title || error.title) : error
  }
}

function normalize (draft: ConversationDraft, source: string, title: string, now: number): ReadyConversation {
  const endpoint = cleanName(draft.endpoint) ?? 'openAI'
  const placed = placeMessages(draft.messages, endpoint)
  const created = parseTime(draft.createdAt)
  const updated = parseTime(draft.updatedAt)
  const ids = messageIds(placed, hasId(draft.sourceId))
  const facts = {
    source,
    sourceId: conversationId(draft.sourceId, [created, placed[0]?.createdAt ?? null, placed[1]?.createdAt ?? null], ids),
    title: title || titleOfMessages(placed),
    endpoint,
    model: cleanName(draft.model),
    isArchived: draft.isArchived ?? false,
    pinned: draft.pinned ?? false,
    tags: cleanTags(draft.tags ?? []),
    settings: pickSettings(draft.settings ?? {})
  }
  const messages = dateMessages(placed, ids, created, now)
  const createdAt = created ?? lowest(messages.map((message) => message.createdAt)) ?? now
  return {
    ...facts,
    createdAt,
    updatedAt: Math.max(createdAt, updated ?? highest(messages.map((message) => message.updatedAt)) ?? createdAt),
    versionAt: highest([created, updated, ...placed.flatMap((message) => [message.createdAt, message.updatedAt])].filter((time) => time !== null)) ?? null,
    contentHash: placed.some((message) => isExact(message.createdAt)) ? contentHash(messages) : null,
    messages,
    fingerprint: fingerprint(facts, [created, updated], placed, ids)
  }
}

function placeMessages (drafts: readonly MessageDraft[], endpoint: string): Placed[] {
  const { order, parents } = repairTree(drafts)
  if (order.length > maxMessages) throw new EntryError(`The conversation has more than ${maxMessages} messages`)
  return order.flatMap((at, index) => {
    const draft = drafts[at]
    return draft === undefined
      ? []
      : [{
          sourceId: draft.sourceId,
          parent: parents[index] ?? -1,
          createdAt: parseTime(draft.createdAt),
          updatedAt: parseTime(draft.updatedAt),
          body: messageBody(draft, endpoint)
        }]
  })
}

function dateMessages (placed: readonly Placed[], ids: readonly string[], started: number | null, now: number): ReadyMessage[] {
  const own = placed.map((message) => message.createdAt)
  // The earlier of both: a late start must not push the dated answers of an undated message past their own times.
  const known = lowest([started, ...own].filter((time) => time !== null))
  const times = orderTimes(
    placed.map((message) => message.parent),
    own,
    (index) => known ?? now - placed.length + index
  )
  return placed.map(({ parent, body, updatedAt }, index) => {
    const createdAt = times[index] ?? now
    return { sourceId: ids[index] ?? '', parent, createdAt, updatedAt: Math.max(updatedAt ?? createdAt, createdAt), body }
  })
}

function titleOfMessages (placed: readonly Placed[]): string {
  for (const { body } of placed) {
    const title = body.isCreatedByUser ? titleFromText(body.text) : ''
    if (title !== '') return title
  }
  return 'Imported Chat'
}

/** Hashes message by message, because a long conversation as one string may exceed what a string can hold. */
function fingerprint (facts: JsonObject, times: Array<number | null>, placed: readonly Placed[], ids: readonly string[]): string {
  const messages = placed.map(({ parent, createdAt, updatedAt, body }, index) => digest([ids[index], parent, createdAt, updatedAt, body]))
  return digest([facts, times, messages])
}

// `Math.min(...times)` overflows the stack on long conversations.
function lowest (times: readonly number[]): number | undefined {
  return times.reduce<number | undefined>((low, time) => low === undefined || time < low ? time : low, undefined)
}

function highest (times: readonly number[]): number | undefined {
  return times.reduce<number | undefined>((high, time) => high === undefined || time > high ? time : high, undefined)
}
