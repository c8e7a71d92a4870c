import { isoTime } from '../iso-time.js'
import { readBody } from './body.js'
import type { Message } from './find.js'
import type { MessageView } from './schemas.js'
import { NO_PARENT } from './tree.js'

/** A message as it goes over the wire, in the conversation with this id. */
export function viewMessage (row: Omit<Message, 'conversationPk' | 'n'>, conversationId: string): MessageView {
  return {
    messageId: row.messageId,
    conversationId,
    parentMessageId: row.parentMessageId ?? NO_PARENT,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
    ...readBody(row.body)
  }
}
