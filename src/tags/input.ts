import { DomainError } from '../errors.js'

interface NewTag { tag: string, description?: string, addToConversation?: boolean, conversationId?: string }

/**
 * Returns the input of `createTag` for a request body.
 * @throws {DomainError} INVALID when `addToConversation` is set without a `conversationId`.
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
