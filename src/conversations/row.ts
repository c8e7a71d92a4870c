import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { inSnapshot } from '../db/snapshot.js'
import { DomainError } from '../errors.js'

/** What commands and queries have to know of a conversation; what its owner sees of it is `json.ts`. */
export interface Conversation {
  pk: number
  conversationId: string
  title: string
  endpoint: string | null
  /** JSON array of text. */
  tags: string
  messageCount: number
  nextMessage: number
  hasOrphans: 0 | 1
  createdAt: number
  updatedAt: number
}

const statements = prepared(({ $client: sqlite }: Db) => ({
  key: sqlite.prepare<[string, number], number>(
    `SELECT c.pk FROM conversations c JOIN partitions p ON p.no = c.partition_no
     WHERE c.conversation_id = ? AND p.user_no = ? AND p.state = 'live'`).pluck(),
  row: sqlite.prepare<[number], Conversation>(
    `SELECT pk, conversation_id AS conversationId, title, endpoint, tags, message_count AS messageCount, next_message AS nextMessage,
       has_orphans AS hasOrphans, created_at AS createdAt, updated_at AS updatedAt
     FROM conversations WHERE pk = ?`),
  anyone: sqlite.prepare<[string], number>(
    `SELECT 1 FROM conversations c JOIN partitions p ON p.no = c.partition_no
     WHERE c.conversation_id = ? AND p.state = 'live' LIMIT 1`).pluck()
}))

/** A user's conversation, or undefined. */
export function findConversation (db: Db, userNo: number, conversationId: string): Conversation | undefined {
  const pk = statements(db).key.get(conversationId, userNo)
  return pk === undefined ? undefined : statements(db).row.get(pk)
}

/**
 * The key of a user's conversation.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function getConversationKey (db: Db, userNo: number, conversationId: string): number {
  const pk = inSnapshot(db, () => statements(db).key.get(conversationId, userNo))
  if (pk === undefined) throw new DomainError('NOT_FOUND', 'Conversation not found')
  return pk
}

/**
 * A user's conversation.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function getConversation (db: Db, userNo: number, conversationId: string): Conversation {
  return conversationAt(db, getConversationKey(db, userNo, conversationId))
}

/**
 * The key of a user's conversation that is to be changed.
 * @throws {DomainError} FORBIDDEN when only somebody else has one with this id, NOT_FOUND when nobody has.
 */
export function ownConversationKey (db: Db, userNo: number, conversationId: string): number {
  const pk = statements(db).key.get(conversationId, userNo)
  if (pk !== undefined) return pk
  refuseForeign(db, conversationId)
  throw new DomainError('NOT_FOUND', 'Conversation not found')
}

/**
 * A user's conversation, to be changed.
 * @throws {DomainError} FORBIDDEN when only somebody else has one with this id, NOT_FOUND when nobody has.
 */
export function ownConversation (db: Db, userNo: number, conversationId: string): Conversation {
  return conversationAt(db, ownConversationKey(db, userNo, conversationId))
}

/** @throws {DomainError} FORBIDDEN when anybody has a conversation with this id. */
export function refuseForeign (db: Db, conversationId: string) {
  if (statements(db).anyone.get(conversationId)) {
    throw new DomainError('FORBIDDEN', 'This conversation belongs to somebody else')
  }
}

function conversationAt (db: Db, pk: number): Conversation {
  const row = statements(db).row.get(pk)
  if (!row) throw new Error(`No conversation at key ${pk}`)
  return row
}
