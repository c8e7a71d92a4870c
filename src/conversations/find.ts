import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversations, partitions } from '../db/schema.js'
import { inSnapshot } from '../db/snapshot.js'
import { DomainError } from '../errors.js'

const { placeholder } = sql

const columns = {
  pk: conversations.pk,
  conversationId: conversations.conversationId,
  title: conversations.title,
  endpoint: conversations.endpoint,
  tags: conversations.tags,
  messageCount: conversations.messageCount,
  nextMessage: conversations.nextMessage,
  hasOrphans: conversations.hasOrphans,
  createdAt: conversations.createdAt,
  updatedAt: conversations.updatedAt
}

/** The columns of a conversation that most commands need. What its owner sees is in `view.ts`. */
export type Conversation = Pick<typeof conversations.$inferSelect, keyof typeof columns>

const isVisible = and(eq(conversations.conversationId, placeholder('conversationId')), eq(partitions.state, 'live'))

const statements = prepared((db: Db) => ({
  key: db.select({ pk: conversations.pk }).from(conversations).innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(isVisible, eq(partitions.userNo, placeholder('userNo')))).prepare(),
  byKey: db.select(columns).from(conversations).where(eq(conversations.pk, placeholder('pk'))).prepare(),
  anyone: db.select({ pk: conversations.pk }).from(conversations).innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(isVisible).limit(1).prepare()
}))

/** Returns a user's conversation, or undefined. */
export function findConversation (db: Db, userNo: number, conversationId: string): Conversation | undefined {
  const pk = findKey(db, userNo, conversationId)
  return pk === undefined ? undefined : conversationAt(db, pk)
}

/**
 * Returns the key of a user's conversation, for reading.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function requireKeyForRead (db: Db, userNo: number, conversationId: string): number {
  const pk = inSnapshot(db, () => findKey(db, userNo, conversationId))
  if (pk === undefined) throw notFound()
  return pk
}

/**
 * Returns a user's conversation, for reading.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function requireConversationForRead (db: Db, userNo: number, conversationId: string): Conversation {
  return inSnapshot(db, () => conversationAt(db, requireKeyForRead(db, userNo, conversationId)))
}

/**
 * Returns the key of a user's conversation, for a change.
 * @throws {DomainError} FORBIDDEN when only somebody else has one with this id, NOT_FOUND when nobody has.
 */
export function requireKeyForWrite (db: Db, userNo: number, conversationId: string): number {
  const pk = findKey(db, userNo, conversationId)
  if (pk !== undefined) return pk
  refuseOthersConversation(db, conversationId)
  throw notFound()
}

/**
 * Returns a user's conversation, for a change.
 * @throws {DomainError} FORBIDDEN when only somebody else has one with this id, NOT_FOUND when nobody has.
 */
export function requireConversationForWrite (db: Db, userNo: number, conversationId: string): Conversation {
  return conversationAt(db, requireKeyForWrite(db, userNo, conversationId))
}

/** @throws {DomainError} FORBIDDEN when anybody has a conversation with this id. */
export function refuseOthersConversation (db: Db, conversationId: string) {
  if (statements(db).anyone.get({ conversationId })) {
    throw new DomainError('FORBIDDEN', 'This conversation belongs to somebody else')
  }
}

/** The error of a conversation that does not exist or belongs to somebody else. */
export function notFound () {
  return new DomainError('NOT_FOUND', 'Conversation not found')
}

function findKey (db: Db, userNo: number, conversationId: string): number | undefined {
  return statements(db).key.get({ userNo, conversationId })?.pk
}

function conversationAt (db: Db, pk: number): Conversation {
  const row = statements(db).byKey.get({ pk })
  if (!row) throw new Error(`No conversation at key ${pk}`)
  return row
}
