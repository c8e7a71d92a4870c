import { EntryError, type JsonObject, type JsonValue, type MessageDraft } from './draft.js'
import { isObject, numberOf, objectsOf, stringOf } from './json-value.js'

/** A message's own id and those of the message it answers and of its answers, as the file gives them. */
export interface LinkedById { id: string | null, parentId: string | null, childIds?: JsonValue | undefined }

/**
 * The objects in a list of messages, whatever else is in it.
 * @throws {EntryError} when there are entries but none of them is an object.
 */
export function messageObjects (list: JsonValue | undefined): JsonObject[] {
  const messages = objectsOf(list)
  if (messages.length === 0 && Array.isArray(list) && list.length > 0) throw new EntryError('None of its messages can be read')
  return messages
}

/**
 * Keys and parents of messages that name each other by ids. A message whose parent is missing or unknown belongs to
 * the one that lists it as a child; where nobody names anybody, each message answers the one before it. Keys are
 * places, because damaged files repeat ids; of a repeated id the first counts.
 */
export function linkById (messages: readonly LinkedById[]): Array<Pick<MessageDraft, 'key' | 'parent'>> {
  const children = messages.map(({ childIds }) => Array.isArray(childIds) ? childIds.map(idOf).filter((id) => id !== null) : [])
  const isLinked = messages.some(({ parentId }) => parentId !== null) || children.some((ids) => ids.length > 0)
  const places = new Map<string, string>()
  const listedBy = new Map<string, string>()
  for (const [place, { id }] of messages.entries()) {
    if (id !== null && !places.has(id)) places.set(id, String(place))
    for (const child of children[place] ?? []) {
      if (child !== id && !listedBy.has(child)) listedBy.set(child, String(place))
    }
  }
  return messages.map(({ id, parentId }, place) => ({
    key: String(place),
    parent: isLinked ? places.get(parentId ?? '') ?? listedBy.get(id ?? '') ?? null : place === 0 ? null : String(place - 1)
  }))
}

/** An id in any of its spellings: text, a number, MongoDB's `{$oid}`; else null. */
export function idOf (id: JsonValue | undefined): string | null {
  const plain = isObject(id) ? id.$oid : id
  const number = numberOf(plain)
  return number === null ? stringOf(plain) : String(number)
}
