import { DomainError } from '../errors.js'

interface NewTag { tag: string, description?: string, addToConversation?: boolean, conversationId?: string }

/**
 * A new tag as `createTag` takes it.
 * @throws {DomainError} INVALID when a conversation is to be tagged and none is named.
 */
export function readNewTag ({ tag, description, addToConversation = false, conversationId }: NewTag) {
  if (addToConversation && conversationId === undefined) {
    throw new DomainError('INVALID', 'conversationId is required to add the tag to a conversation', 'conversationId')
  }
  return {
    tag,
    description: description ?? null,
    conversationId: addToConversation ? conversationId ?? null : null
  }
}
