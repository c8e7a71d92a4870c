import { conversationKeys, conversationOfMessage, messageKey, messagesOf, numberOfMessage } from '../db/keys.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { isoTime } from '../iso-time.js'
import { NO_PARENT } from './tree.js'

/** A stored message. `n` is its number within the conversation: parents have smaller ones than their children. */
export interface MessageRow {
  conversationPk: number
  n: number
  messageId: string
  parentMessageId: string | null
  body: string
  createdAt: number
}

/** What the wire JSON of a message is made of, as `messageJson` takes it; what else a query reads may follow. */
export const wireColumns = 'message_id, parent_message_id, created_at, updated_at, body'
export type WireColumns = [messageId: string, parentMessageId: string | null, createdAt: number, updatedAt: number, body: string, ...number[]]

const row = `${conversationOfMessage('m.pk')} AS conversationPk, ${numberOfMessage('m.pk')} AS n, m.message_id AS messageId,
  m.parent_message_id AS parentMessageId, m.body, m.created_at AS createdAt`

const statements = prepared(({ $client: sqlite }: Db) => ({
  inUser: sqlite.prepare<[{ messageId: string, first: number, last: number }], MessageRow>(
    `SELECT ${row} FROM messages m
     JOIN conversations c ON c.pk = ${conversationOfMessage('m.pk')}
     JOIN partitions p ON p.no = c.partition_no
     WHERE m.message_id = :messageId AND m.pk ${messagesOf(':first', ':last')} AND p.state = 'live'`),
  inConversation: sqlite.prepare<[{ messageId: string, pk: number }], MessageRow>(
    `SELECT ${row} FROM messages m
     WHERE m.message_id = :messageId AND m.pk ${messagesOf(':pk')}`),
  wire: sqlite.prepare<[{ pk: number, n: number }], WireColumns>(`SELECT ${wireColumns} FROM messages WHERE pk = ${messageKey(':pk', ':n')}`).raw()
}))

/** A message of this user in whatever conversation they see, or undefined. */
export function findMessageOfUser (db: Db, userNo: number, messageId: string): MessageRow | undefined {
  const [first, last] = conversationKeys(userNo)
  return statements(db).inUser.get({ messageId, first, last })
}

/** A message of the conversation with this key, or undefined. */
export function findMessage (db: Db, conversationPk: number, messageId: string): MessageRow | undefined {
  return statements(db).inConversation.get({ messageId, pk: conversationPk })
}

/**
 * A message of the conversation with this key.
 * @throws {DomainError} NOT_FOUND.
 */
export function getMessage (db: Db, conversationPk: number, messageId: string): MessageRow {
  const found = findMessage(db, conversationPk, messageId)
  if (!found) throw new DomainError('NOT_FOUND', 'Message not found')
  return found
}

/** The wire JSON of a message that is known to exist. */
export function messageAsJson (db: Db, conversationId: string, { conversationPk: pk, n }: Pick<MessageRow, 'conversationPk' | 'n'>): string {
  const columns = statements(db).wire.get({ pk, n })
  if (!columns) throw new Error(`No message ${n} at key ${pk}`)
  return messageJson(JSON.stringify(conversationId), columns)
}

/** The wire JSON of a stored message; the id of its conversation is passed as JSON. The body is used as it is, without reading it. */
export function messageJson (conversationId: string, [messageId, parentMessageId, createdAt, updatedAt, body]: WireColumns): string {
  const [id, parent] = [JSON.stringify(messageId), JSON.stringify(parentMessageId ?? NO_PARENT)]
  return `{"messageId":${id},"conversationId":${conversationId},"parentMessageId":${parent},"createdAt":"${isoTime(createdAt)}","updatedAt":"${isoTime(updatedAt)}",${body.slice(1)}`
}

/** A parent as it is stored: every way of saying "none" is null. */
export function storedParent (parentMessageId: string | null | undefined): string | null {
  return parentMessageId && parentMessageId !== NO_PARENT ? parentMessageId : null
}
