import { type JsonValue, type MessageDraft } from './draft.js'
import { stringOf } from './json-value.js'
import { digest } from './identity.js'

/** Ids shorter than this may only count the chats of one browser; a UUID has 36 characters. */
const shortestUnique = 16

/**
 * A conversation's id where the source's may be a mere counter: the first chats of two browsers are both `1`, and
 * taking them for one would mix them, so a short id counts together with how the conversation begins.
 */
export function ownId (id: JsonValue | undefined, messages: readonly MessageDraft[]): string | null {
  const text = typeof id === 'number' ? String(id) : stringOf(id)
  if (text === null || text.length >= shortestUnique) return text
  return namedId(text, messages)
}

/** An id made of a name that others may have too, and of how the conversation begins. */
export function namedId (name: string, messages: readonly MessageDraft[]): string {
  const first = messages.find(({ keep }) => keep !== false)
  return `${name}:${digest([first?.text ?? ''])}`
}
