import { conversationKeys } from '../db/keys.js'
import type { Db } from '../db/open.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { NO_PARENT } from './schemas.js'

/** A stored message. `n` is its number within the conversation: parents have smaller ones than their children. */
export interface MessageRow {
  conversationPk: number
  n: number
  messageId: string
  parentMessageId: string | null
  body: string
  createdAt: number
}

/** The whole message as JSON text, with `:conversationId` given by the caller. */
export const messageJson = `'{"messageId":' || json_quote(message_id) || ',"conversationId":' || json_quote(:conversationId) ||
  ',"parentMessageId":' || json_quote(coalesce(parent_message_id, '${NO_PARENT}')) ||
  ',"createdAt":"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch') ||
  '","updatedAt":"' || strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch') || '",' || substr(body, 2)`

const row = `m.pk >> 18 AS conversationPk, m.pk & 262143 AS n, m.message_id AS messageId,
  m.parent_message_id AS parentMessageId, m.body, m.created_at AS createdAt`

const statements = prepared(({ $client: sqlite }: Db) => ({
  inUser: sqlite.prepare<[{ messageId: string, first: number, last: number }], MessageRow>(
    `SELECT ${row} FROM messages m
     JOIN conversations c ON c.pk = m.pk >> 18
     JOIN partitions p ON p.no = c.partition_no
     WHERE m.message_id = :messageId AND m.pk BETWEEN :first << 18 AND (:last << 18) + 262143 AND p.state = 'live'`),
  inConversation: sqlite.prepare<[{ messageId: string, pk: number }], MessageRow>(
    `SELECT ${row} FROM messages m
     WHERE m.message_id = :messageId AND m.pk BETWEEN :pk << 18 AND (:pk << 18) + 262143`),
  json: sqlite.prepare<[{ conversationId: string, pk: number, n: number }], string>(
    `SELECT ${messageJson} FROM messages WHERE pk = (:pk << 18) + :n`).pluck()
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
  const json = statements(db).json.get({ conversationId, pk, n })
  if (json === undefined) throw new Error(`No message ${n} at key ${pk}`)
  return json
}

/** A parent as it is stored: every way of saying "none" is null. */
export function storedParent (parentMessageId: string | null | undefined): string | null {
  return parentMessageId && parentMessageId !== NO_PARENT ? parentMessageId : null
}
