import { cleanTagName } from '../conversations/tag-spelling.js'
import { DomainError } from '../errors.js'

interface NewTag { tag: string, description?: string, addToConversation?: boolean, conversationId?: string }

/**
 * Returns the cleaned name of a tag from a request's field.
 * @throws {DomainError} INVALID when the cleaned name is empty.
 */
export function readTagName (name: string, field = 'tag'): string {
  const clean = cleanTagName(name)
  if (clean === '') throw new DomainError('INVALID', 'A tag needs at least one character that can be seen', field)
  return clean
}

/** Returns the cleaned names of a list of tags, see `readTagName`. */
export function readTagNames (names: string[]): string[] {
  return names.map((name, index) => readTagName(name, `tags.${index}`))
}

/**
 * Returns the input of `createTag` for a request body.
 * @throws {DomainError} INVALID for an empty name, and when `addToConversation` is set without a `conversationId`.
 */
export function readNewTag ({ tag, description, addToConversation = false, conversationId }: NewTag) {
  if (addToConversation && conversationId === undefined) {
    throw new DomainError('INVALID', 'conversationId is required to add the tag to a conversation', 'conversationId')
  }
  return {
    tag: readTagName(tag),
    description: description ?? null,
    conversationId: addToConversation ? conversationId ?? null : null
  }
}
