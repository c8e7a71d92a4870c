import { isoTime } from '../iso-time.js'
import { readBody } from './body.js'
import type { Message } from './find.js'
import type { MessageView } from './schemas.js'
import { NO_PARENT } from './tree.js'

/** Returns a message of the conversation with this id in its wire shape. */
export function viewMessage (row: Omit<Message, 'conversationPk' | 'n'>, conversationId: string): MessageView {
  const { messageId, parentMessageId, createdAt, updatedAt, body } = row
  return Object.assign(readBody(body), {
    messageId,
    conversationId,
    parentMessageId: parentMessageId ?? NO_PARENT,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt)
  })
}
