import { createHash } from 'node:crypto'
import type { MessageBody, ReadyMessage } from './draft.js'
import { repairText } from './text.js'

const longestId = 200

/** What identifies a message whose source may not name it: its own id or null, its place and what it says. */
export interface Identifiable {
  sourceId: string | null
  /** Index of the parent in the same list, before this message; -1 for a root. */
  parent: number
  body: MessageBody
}

/**
 * An id for every message, unique in the conversation. With `areNamed`, the source's own id where there is one (a repeated
 * one gets a number). Else, and where there is none, a hash of the parent's id and the content: an export that has grown
 * since gives the same ids to the messages it had before. Pass false where the source does not name the conversation
 * either: such files often count their messages, and `msg-0` means something else in each chat.
 */
export function messageIds (messages: readonly Identifiable[], areNamed: boolean): string[] {
  const ids: string[] = []
  const taken = new Map<string, number>()
  for (const { sourceId, parent, body } of messages) {
    const derived = () => digest([ids[parent] ?? '', body.isCreatedByUser, body.text, body.content ?? null])
    ids.push(unique((areNamed ? tidyId(sourceId) : null) ?? derived(), taken))
  }
  return ids
}

function unique (id: string, taken: Map<string, number>): string {
  let count = taken.get(id) ?? 0
  let candidate = count === 0 ? id : `${id}#${count + 1}`
  while (taken.has(candidate)) candidate = `${id}#${++count + 1}`
  taken.set(id, count + 1)
  if (candidate !== id) taken.set(candidate, 1)
  return candidate
}

/**
 * The conversation's own id, or `sha256:` and a hash that finds it again in a later export.
 *
 * Where the source tells when the conversation began, the hash is over that time and the first two messages. So one that
 * has grown is still the same one, whatever its title. Without a time, or with times of a day's precision, the hash is over
 * everything said. Two chats that begin with the same "Hi" look like one that has grown, and mixing them would be worse
 * than a second copy.
 *
 * `times` are those of the conversation and of its first two messages, in milliseconds; null where the source has none. `ids`
 * are those of the messages, which are hashes of what was said where the source does not name the conversation.
 */
export function conversationId (sourceId: string | null, times: ReadonlyArray<number | null>, ids: readonly string[]): string {
  const own = tidyId(sourceId)
  if (own !== null) return own
  const startedAt = times.find((time) => time !== null) ?? null
  return `sha256:${digest([startedAt, times.some(isExact) ? ids.slice(0, 2) : ids])}`
}

/**
 * A hash of what was said and when, to the second. Two programs that hold one conversation export it with equal hashes,
 * whatever ids they give it.
 */
export function contentHash (messages: readonly ReadyMessage[]): string {
  const hash = createHash('sha256')
  for (const { parent, createdAt, body: { isCreatedByUser, text } } of messages) {
    const said = text.trim()
    hash.update(`${parent} ${Math.floor(createdAt / 1000)} ${isCreatedByUser} ${said.length} ${said}`)
  }
  return hash.digest('base64url')
}

/** Days begin, and times that are rounded lie, at a quarter of an hour in every time zone. */
const QUARTER_HOUR_MS = 15 * 60_000

/** Whether a time says more than the day or the quarter of an hour. */
export function isExact (time: number | null): boolean {
  return time !== null && time % QUARTER_HOUR_MS !== 0
}

/** A SHA-256 of JSON data, 43 characters of base64url. */
export function digest (data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('base64url')
}

/** Whether a source gave an id that says something. */
export function hasId (id: string | null): boolean {
  return tidyId(id) !== null
}

/** An id fit for a key: repaired, and hashed when it is absurdly long; null when there is none. */
function tidyId (id: string | null): string | null {
  const text = repairText(id ?? '').trim()
  if (text === '') return null
  return text.length <= longestId ? text : `sha256:${digest(text)}`
}
