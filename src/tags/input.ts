import { cleanTagName } from '../conversations/tag-spelling.js'
import { DomainError } from '../errors.js'

interface NewTag { tag: string, description?: string, addToConversation?: boolean, conversationId?: string }

/**
 * Returns the name of a tag that a request gives in a field.
 * @throws {DomainError} INVALID when nothing of it is left once it is cleaned.
 */
export function readTagName (name: string, field = 'tag'): string {
  const clean = cleanTagName(name)
  if (clean === '') throw new DomainError('INVALID', 'A tag needs at least one character that can be seen', field)
  return clean
}

/** Returns the names of tags in a list, see `readTagName`. */
export function readTagNames (names: string[]): string[] {
  return names.map((name, index) => readTagName(name, `tags.${index}`))
}

/**
 * Returns the input of `createTag` for a request body.
 * @throws {DomainError} INVALID for no name, and when `addToConversation` is set without a `conversationId`.
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
