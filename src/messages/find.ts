import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { fragment } from '../db/fragment.js'
import { conversationKeys, conversationOfMessage, messageKey, messagesOf, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { conversations, messages, partitions } from '../db/schema.js'
import { DomainError } from '../errors.js'

const { placeholder } = sql

const columns = {
  /** The two halves of the message's key, see `db/keys.ts`. */
  conversationPk: fragment<number>(conversationOfMessage('messages.pk')),
  n: fragment<number>(numberOfMessage('messages.pk')),
  messageId: messages.messageId,
  parentMessageId: messages.parentMessageId,
  body: messages.body,
  createdAt: messages.createdAt,
  updatedAt: messages.updatedAt
}

/** A stored message. `n` is its number within the conversation: a parent has a smaller one than its children. */
export type Message = Pick<typeof messages.$inferSelect, 'messageId' | 'parentMessageId' | 'body' | 'createdAt' | 'updatedAt'> &
  { conversationPk: number, n: number }

const hasId = eq(messages.messageId, placeholder('messageId'))

const statements = prepared((db: Db) => ({
  ofUser: db.select(columns).from(messages)
    .innerJoin(conversations, eq(conversations.pk, columns.conversationPk))
    .innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(hasId, fragment(`messages.pk ${messagesOf(':first', ':last')}`), eq(partitions.state, 'live'))).prepare(),
  inConversation: db.select(columns).from(messages).where(and(hasId, fragment(`messages.pk ${messagesOf(':pk')}`))).prepare(),
  time: db.select({ createdAt: messages.createdAt }).from(messages)
    .where(and(hasId, fragment(`messages.pk ${messagesOf(':pk')}`))).prepare(),
  byNumber: db.select(columns).from(messages).where(fragment(`messages.pk = ${messageKey(':pk', ':n')}`)).prepare()
}))

/** Returns a message of this user in any visible conversation, or undefined. */
export function findMessageOfUser (db: Db, userNo: number, messageId: string): Message | undefined {
  const [first, last] = conversationKeys(userNo)
  return statements(db).ofUser.get({ messageId, first, last })
}

/** Returns a message of the conversation with this key, or undefined. */
export function findMessage (db: Db, conversationPk: number, messageId: string): Message | undefined {
  return statements(db).inConversation.get({ messageId, pk: conversationPk })
}

/**
 * Returns the creation time of a message in the conversation with this key, or undefined. Reads no body, which may have
 * a megabyte.
 */
export function findTimeOfMessage (db: Db, conversationPk: number, messageId: string): number | undefined {
  return statements(db).time.get({ messageId, pk: conversationPk })?.createdAt
}

/**
 * Returns a message of the conversation with this key.
 * @throws {DomainError} NOT_FOUND.
 */
export function requireMessage (db: Db, conversationPk: number, messageId: string): Message {
  const found = findMessage(db, conversationPk, messageId)
  if (!found) throw new DomainError('NOT_FOUND', 'Message not found')
  return found
}

/** Returns message `n` of a conversation. It must exist. */
export function messageAt (db: Db, conversationPk: number, n: number): Message {
  const row = statements(db).byNumber.get({ pk: conversationPk, n })
  if (!row) throw new Error(`No message ${n} at key ${conversationPk}`)
  return row
}
