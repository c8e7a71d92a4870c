import { MAX_MESSAGES, messageKey, messagesOf, numberOfMessage } from '../db/keys.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { indexMessage, unindexMessage } from '../search/index/entries.js'
import { readBody } from './body.js'
import { subtree } from './tree.js'

/*
 * Messages are stored so that reading them by key gives parents before children. That holds by itself while
 * parents arrive first; these functions mend it where a parent arrives late or a message moves.
 */

interface Link { n: number, messageId: string, parentMessageId: string | null }

const statements = prepared(({ $client: sqlite }: Db) => ({
  nextNumber: sqlite.prepare<[number], number>(
    'UPDATE conversations SET next_message = next_message + 1 WHERE pk = ? RETURNING next_message - 1').pluck(),
  links: sqlite.prepare<[{ pk: number }], Link>(
    `SELECT ${numberOfMessage('pk')} AS n, message_id AS messageId, parent_message_id AS parentMessageId FROM messages
     WHERE pk ${messagesOf(':pk')} ORDER BY pk`),
  body: sqlite.prepare<[{ pk: number, n: number }], string>(`SELECT body FROM messages WHERE pk = ${messageKey(':pk', ':n')}`).pluck(),
  renumber: sqlite.prepare<[{ pk: number, from: number, to: number }]>(
    `UPDATE messages SET pk = ${messageKey(':pk', ':to')} WHERE pk = ${messageKey(':pk', ':from')}`)
}))

/**
 * Takes the number of a conversation's next message.
 * @throws {DomainError} LIMIT_REACHED after `MAX_MESSAGES`.
 */
export function nextMessageNumber (db: Db, conversationPk: number): number {
  const number = statements(db).nextNumber.get(conversationPk)
  if (number === undefined) throw new Error(`No conversation at key ${conversationPk}`)
  if (number > MAX_MESSAGES) throw new DomainError('LIMIT_REACHED', 'This conversation has no room for another message')
  return number
}

/** Who is whose parent in a conversation, in stored order. */
export function messageLinks (db: Db, conversationPk: number): Link[] {
  return statements(db).links.all({ pk: conversationPk })
}

/** Puts a message, and all that hangs below it, after everything else, keeping their order among themselves. */
export function moveToEnd (db: Db, conversationPk: number, messageId: string) {
  for (const { n } of subtree(messageLinks(db, conversationPk), messageId)) {
    renumber(db, conversationPk, n, nextMessageNumber(db, conversationPk))
  }
}

function renumber (db: Db, pk: number, from: number, to: number) {
  const body = readBody(statements(db).body.get({ pk, n: from }) ?? '')
  unindexMessage(db, pk, from, body)
  statements(db).renumber.run({ pk, from, to })
  indexMessage(db, pk, to, body)
}

/**
 * Refuses a parent that is the message itself or stands below it.
 * @throws {DomainError} INVALID.
 */
export function assertNoCycle (db: Db, conversationPk: number, messageId: string, parentMessageId: string | null) {
  const parents = new Map(messageLinks(db, conversationPk).map((link) => [link.messageId, link.parentMessageId]))
  for (let id: string | null = parentMessageId; id !== null; id = parents.get(id) ?? null) {
    if (id === messageId) {
      throw new DomainError('INVALID', 'A message cannot hang below itself', 'parentMessageId')
    }
  }
}
