import { DomainError } from '../errors.js'
import { assertStorable } from '../json.js'
import type { MessageInput } from './schemas.js'

/**
 * Returns the input of `saveMessage` for a request.
 * @throws {DomainError} INVALID when the body names another conversation than the path, or has a value that cannot be
 * stored.
 */
export function readMessageInput (pathId: string, { conversationId = pathId, ...message }: MessageInput) {
  if (conversationId !== pathId) throw new DomainError('INVALID', 'Conversation ID mismatch', 'conversationId')
  for (const field of ['content', 'files', 'attachments', 'metadata', 'feedback'] as const) {
    assertStorable(message[field], field)
  }
  return message
}
