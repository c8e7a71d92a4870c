import type { Static } from '@sinclair/typebox'
import { ownConversationKey } from '../conversations/row.js'
import { touchConversation } from '../conversations/touch.js'
import type { Db } from '../db/connection.js'
import { messageKey, messagesOf } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { reindexMessage, unindexMessage } from '../search/index/entries.js'
import { defineCommand } from '../writer/command.js'
import { readBody, type StoredBody, writeBody } from './body.js'
import { getMessage, messageAsJson, type MessageRow } from './row.js'
import { saveMessage } from './save.js'
import type { MessageEditSchema } from './schemas.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  edit: sqlite.prepare<[{ pk: number, n: number, body: string, isTextEdited: 0 | 1, now: number }]>(
    `UPDATE messages SET body = :body, edited_here = edited_here | :isTextEdited, updated_at = max(:now, updated_at + 1)
     WHERE pk = ${messageKey(':pk', ':n')}`),
  adoptChildren: sqlite.prepare<[{ pk: number, from: string, to: string | null }]>(
    `UPDATE messages SET parent_message_id = :to
     WHERE pk ${messagesOf(':pk')} AND parent_message_id = :from`),
  // An import adds no message again that was deleted here, and hangs what is new below it on what is left above.
  rememberDeleted: sqlite.prepare<[{ pk: number, n: number }]>(
    `INSERT OR REPLACE INTO deleted_messages (conversation_pk, message_id, source_id, parent_message_id)
     SELECT :pk, message_id, source_id, parent_message_id FROM messages WHERE pk = ${messageKey(':pk', ':n')}`),
  liftDeleted: sqlite.prepare<[{ pk: number, from: string, to: string | null }]>(
    'UPDATE deleted_messages SET parent_message_id = :to WHERE conversation_pk = :pk AND parent_message_id = :from'),
  remove: sqlite.prepare<[{ pk: number, n: number }]>(`DELETE FROM messages WHERE pk = ${messageKey(':pk', ':n')}`)
}))

interface OfMessage { userNo: number, conversationId: string, messageId: string, now: number }

/**
 * Changes the text of a message. Answers its wire JSON.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, INVALID for a part that is not there or has no text.
 */
export const editMessage = defineCommand({
  name: 'editMessage',
  kind: 'short',
  run (db, input: OfMessage & { edit: Static<typeof MessageEditSchema> }): string {
    return change(db, input, 1, (body) => {
      const { text, index, model, tokenCount } = input.edit
      const edited = index === undefined ? withText(body, text) : withPart(body, index, text)
      return { ...edited, ...(model !== undefined && { model }), ...(tokenCount !== undefined && { tokenCount }) }
    })
  }
})

/** Sets or, with null, removes what the reader thought of a message. Answers its wire JSON. */
export const rateMessage = defineCommand({
  name: 'rateMessage',
  kind: 'short',
  run (db, input: OfMessage & { feedback: NonNullable<StoredBody['feedback']> | null }): string {
    return change(db, input, 0, ({ feedback, ...body }) => input.feedback ? { ...body, feedback: input.feedback } : body)
  }
})

/** Removes one message; its children move to its parent. */
export const deleteMessage = defineCommand({
  name: 'deleteMessage',
  kind: 'short',
  run (db, input: OfMessage) {
    const pk = ownConversationKey(db, input.userNo, input.conversationId)
    const message = getMessage(db, pk, input.messageId)
    statements(db).adoptChildren.run({ pk, from: message.messageId, to: message.parentMessageId })
    statements(db).liftDeleted.run({ pk, from: message.messageId, to: message.parentMessageId })
    statements(db).rememberDeleted.run({ pk, n: message.n })
    unindexMessage(db, pk, message.n, readBody(message.body))
    statements(db).remove.run({ pk, n: message.n })
    touchConversation(db, pk, { now: input.now, added: -1 })
  }
})

function change (db: Db, input: OfMessage, isTextEdited: 0 | 1, edit: (body: StoredBody) => StoredBody): string {
  const pk = ownConversationKey(db, input.userNo, input.conversationId)
  const message: MessageRow = getMessage(db, pk, input.messageId)
  const before = readBody(message.body)
  const after = edit(before)
  statements(db).edit.run({ pk, n: message.n, body: writeBody(after), isTextEdited, now: input.now })
  reindexMessage(db, pk, message.n, before, after)
  touchConversation(db, pk, { now: input.now })
  return messageAsJson(db, input.conversationId, message)
}

/** A message whose content has one text part says the same there as in `text`. */
function withText (body: StoredBody, text: string): StoredBody {
  const places = body.content?.flatMap((part, index) => part.type === 'text' ? [index] : []) ?? []
  const only = places.length === 1 ? places[0] : undefined
  return only === undefined ? { ...body, text } : { ...withPart(body, only, text), text }
}

function withPart (body: StoredBody, index: number, text: string): StoredBody {
  const part = body.content?.[index]
  if (!body.content || !part) throw new DomainError('INVALID', 'The message has no content part there', 'index')
  const { type } = part
  if (type !== 'text' && type !== 'think') {
    throw new DomainError('INVALID', 'Only text and think parts can be edited', 'index')
  }
  return { ...body, content: body.content.with(index, { ...part, [type]: text }) }
}

/** Commands on single messages. Each moves the conversation's `updatedAt`. */
export const messageCommands = [saveMessage, editMessage, rateMessage, deleteMessage]
