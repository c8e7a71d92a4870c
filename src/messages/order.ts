import { eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { fragment } from '../db/fragment.js'
import { MAX_MESSAGES, messageKey, messagesOf, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { conversations, messages } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { indexMessage, unindexMessage } from '../search/index/entries.js'
import { readBody } from './body.js'
import { messageAt } from './find.js'
import { subtree } from './tree.js'

/*
 * The number of a message is its place in the stored order, in which a parent comes before its children. That holds by
 * itself while parents arrive first. These functions restore it when a parent arrives late or a message moves.
 */

/** How a message hangs in its conversation. */
interface Link { n: number, messageId: string, parentMessageId: string | null }

const { placeholder } = sql
const isConversation = eq(conversations.pk, placeholder('pk'))

const statements = prepared((db: Db) => ({
  takeNumbers: db.update(conversations).set({ nextMessage: sql`${conversations.nextMessage} + ${placeholder('count')}` })
    .where(isConversation).returning({ next: conversations.nextMessage }).prepare(),
  setNextNumber: db.update(conversations).set({ nextMessage: sql`${placeholder('next')}` }).where(isConversation).prepare(),
  links: db.select({ n: fragment<number>(numberOfMessage('messages.pk')), messageId: messages.messageId, parentMessageId: messages.parentMessageId })
    .from(messages).where(fragment(`messages.pk ${messagesOf(':pk')}`)).orderBy(messages.pk).prepare(),
  // Raw SQL: Drizzle has no expression for the key that a row gets.
  renumber: db.$client.prepare<[{ pk: number, from: number, to: number }]>(
    `UPDATE messages SET pk = ${messageKey(':pk', ':to')} WHERE pk = ${messageKey(':pk', ':from')}`)
}))

/**
 * Takes the numbers of a conversation's next `count` messages. Returns the first. Numbers that moved or deleted messages
 * left free are used again when the end is reached: then all messages get new numbers, so look them up afterwards.
 * @throws {DomainError} LIMIT_REACHED when the conversation would have more than `MAX_MESSAGES`.
 */
export function takeNumbers (db: Db, conversationPk: number, count = 1): number {
  const first = tryToTake(db, conversationPk, count)
  if (first + count - 1 <= MAX_MESSAGES) return first
  closeGaps(db, conversationPk)
  const again = tryToTake(db, conversationPk, count)
  if (again + count - 1 <= MAX_MESSAGES) return again
  throw new DomainError('LIMIT_REACHED', 'This conversation has no room for another message')
}

function tryToTake (db: Db, pk: number, count: number): number {
  const taken = statements(db).takeNumbers.get({ pk, count })
  if (!taken) throw new Error(`No conversation at key ${pk}`)
  return taken.next - count
}

/** Numbers the messages from 1 on, in the order they have. */
function closeGaps (db: Db, pk: number) {
  const links = messageLinks(db, pk)
  for (const [index, { n }] of links.entries()) renumber(db, pk, n, index + 1)
  statements(db).setNextNumber.run({ pk, next: links.length + 1 })
}

/** Which message is the parent of which, in stored order. */
export function messageLinks (db: Db, conversationPk: number): Link[] {
  return statements(db).links.all({ pk: conversationPk })
}

/** Puts a message and everything below it at the end, if it has a smaller number than its parent. */
export function moveAfterParent (db: Db, conversationPk: number, messageId: string) {
  const links = messageLinks(db, conversationPk)
  const message = links.find((link) => link.messageId === messageId)
  const parent = links.find((link) => link.messageId === message?.parentMessageId)
  if (message && parent && parent.n > message.n) moveToEnd(db, conversationPk, subtree(links, messageId))
}

/** Puts everything below a message that was just added at the end, after it. */
export function moveChildrenAfter (db: Db, conversationPk: number, messageId: string) {
  moveToEnd(db, conversationPk, subtree(messageLinks(db, conversationPk), messageId).slice(1))
}

function moveToEnd (db: Db, pk: number, moving: Link[]) {
  if (moving.length === 0) return
  const first = takeNumbers(db, pk, moving.length)
  // The numbers may be others by now, see `takeNumbers`.
  const numbers = new Map(messageLinks(db, pk).map(({ messageId, n }) => [messageId, n]))
  for (const [index, { messageId, n }] of moving.entries()) renumber(db, pk, numbers.get(messageId) ?? n, first + index)
}

function renumber (db: Db, pk: number, from: number, to: number) {
  if (from === to) return
  const body = readBody(messageAt(db, pk, from).body)
  unindexMessage(db, pk, from, body)
  statements(db).renumber.run({ pk, from, to })
  indexMessage(db, pk, to, body)
}

/** Whether a message names a parent that the conversation does not have. */
export function hasOrphans (db: Db, conversationPk: number): boolean {
  const links = messageLinks(db, conversationPk)
  const ids = new Set(links.map(({ messageId }) => messageId))
  return links.some(({ parentMessageId }) => parentMessageId !== null && !ids.has(parentMessageId))
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
