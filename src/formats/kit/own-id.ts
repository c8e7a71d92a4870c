import { type JsonValue, type MessageDraft } from './draft.js'
import { stringOf } from './json-value.js'
import { digest, isExact } from './identity.js'
import { parseTime } from './times.js'

/** Ids shorter than this may stand for other chats in another browser; a UUID has 36 characters. */
const MIN_UNIQUE_LENGTH = 16

/** A number, alone or behind words: `7`, `conversation-0001`. A long number without words is none of these. */
const counter = /^(?:\d{1,15}|[\p{L}\s._:/#-]+\d+)$/u

/**
 * A conversation's id where the source's may be a mere counter: the first chats of two browsers are both `1`, and taking
 * them for one would mix them. So a counter is no id where the messages have exact times, and counts together with all that
 * was said where they do not. Another short id counts together with how the conversation begins.
 */
export function ownId (id: JsonValue | undefined, messages: readonly MessageDraft[]): string | null {
  const text = typeof id === 'number' ? String(id) : stringOf(id)
  if (text === null) return null
  if (counter.test(text)) return isTimed(messages) ? null : `${text}:${digest(saidIn(messages))}`
  return text.length >= MIN_UNIQUE_LENGTH ? text : namedId(text, messages)
}

/** An id made of a name that others may have too, and of how the conversation begins. */
export function namedId (name: string, messages: readonly MessageDraft[]): string {
  return `${name}:${digest(saidIn(messages).slice(0, 1))}`
}

/** Whether {@link conversationId} finds the conversation by its times, also when it has grown. */
function isTimed (messages: readonly MessageDraft[]): boolean {
  return messages.filter(({ keep }) => keep !== false).slice(0, 2).some(({ createdAt }) => isExact(parseTime(createdAt)))
}

function saidIn (messages: readonly MessageDraft[]) {
  return messages.filter(({ keep }) => keep !== false).map(({ isCreatedByUser, text, content }) => [isCreatedByUser, text, content ?? null])
}
