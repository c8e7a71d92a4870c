import type { Static } from '@sinclair/typebox'
import { and, eq, sql } from 'drizzle-orm'
import { requireKeyForWrite } from '../conversations/find.js'
import { touchConversation } from '../conversations/touch.js'
import type { Db } from '../db/connection.js'
import { fragment } from '../db/fragment.js'
import { messageKey, messagesOf } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { deletedMessages, messages } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { reindexMessage, unindexMessage } from '../search/index/entries.js'
import { defineCommand } from '../writer/command.js'
import { readBody, type StoredBody, writeBody } from './body.js'
import { messageAt, requireMessage } from './find.js'
import { saveMessage } from './save.js'
import type { MessageEditSchema, MessageView } from './schemas.js'
import { viewMessage } from './view.js'

const { placeholder } = sql
const isMessage = fragment(`messages.pk = ${messageKey(':pk', ':n')}`)

const statements = prepared((db: Db) => ({
  edit: db.update(messages).set({
    body: sql`${placeholder('body')}`,
    editedHere: sql`${messages.editedHere} | ${placeholder('isTextEdited')}`,
    updatedAt: sql`max(${placeholder('now')}, ${messages.updatedAt} + 1)`
  }).where(isMessage).prepare(),
  adoptChildren: db.update(messages).set({ parentMessageId: sql`${placeholder('to')}` })
    .where(and(fragment(`messages.pk ${messagesOf(':pk')}`), eq(messages.parentMessageId, placeholder('from')))).prepare(),
  // An import adds no message again that was deleted here, and hangs what is new below it on what is left above.
  // Raw SQL: Drizzle knows no INSERT OR REPLACE … SELECT.
  rememberDeleted: db.$client.prepare<[{ pk: number, n: number }]>(
    `INSERT OR REPLACE INTO deleted_messages (conversation_pk, message_id, source_id, parent_message_id)
     SELECT :pk, message_id, source_id, parent_message_id FROM messages WHERE pk = ${messageKey(':pk', ':n')}`),
  liftDeleted: db.update(deletedMessages).set({ parentMessageId: sql`${placeholder('to')}` })
    .where(and(eq(deletedMessages.conversationPk, placeholder('pk')), eq(deletedMessages.parentMessageId, placeholder('from')))).prepare(),
  remove: db.delete(messages).where(isMessage).prepare()
}))

interface OfMessage { userNo: number, conversationId: string, messageId: string, now: number }

/**
 * Changes the text of a message. Returns the message as it is stored now.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, INVALID for a part that is not there or has no text.
 */
export const editMessage = defineCommand({
  name: 'editMessage',
  kind: 'short',
  run (db, input: OfMessage & { edit: Static<typeof MessageEditSchema> }): MessageView {
    return change(db, input, 1, (body) => {
      const { text, index, model, tokenCount } = input.edit
      const edited = index === undefined ? withText(body, text) : withPart(body, index, text)
      return { ...edited, ...(model !== undefined && { model }), ...(tokenCount !== undefined && { tokenCount }) }
    })
  }
})

/** Sets the reader's rating of a message, or removes it with null. Returns the message as it is stored now. */
export const rateMessage = defineCommand({
  name: 'rateMessage',
  kind: 'short',
  run (db, input: OfMessage & { feedback: NonNullable<StoredBody['feedback']> | null }): MessageView {
    return change(db, input, 0, ({ feedback, ...body }) => input.feedback ? { ...body, feedback: input.feedback } : body)
  }
})

/** Removes one message; its children move to its parent. */
export const deleteMessage = defineCommand({
  name: 'deleteMessage',
  kind: 'short',
  grows: false,
  run (db, input: OfMessage) {
    const pk = requireKeyForWrite(db, input.userNo, input.conversationId)
    const message = requireMessage(db, pk, input.messageId)
    statements(db).adoptChildren.run({ pk, from: message.messageId, to: message.parentMessageId })
    statements(db).liftDeleted.run({ pk, from: message.messageId, to: message.parentMessageId })
    statements(db).rememberDeleted.run({ pk, n: message.n })
    unindexMessage(db, pk, message.n, readBody(message.body))
    statements(db).remove.run({ pk, n: message.n })
    touchConversation(db, pk, { now: input.now, added: -1 })
  }
})

function change (db: Db, input: OfMessage, isTextEdited: 0 | 1, edit: (body: StoredBody) => StoredBody): MessageView {
  const pk = requireKeyForWrite(db, input.userNo, input.conversationId)
  const message = requireMessage(db, pk, input.messageId)
  const before = readBody(message.body)
  const after = edit(before)
  statements(db).edit.run({ pk, n: message.n, body: writeBody(after), isTextEdited, now: input.now })
  reindexMessage(db, pk, message.n, before, after)
  touchConversation(db, pk, { now: input.now })
  return viewMessage(messageAt(db, pk, message.n), input.conversationId)
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
