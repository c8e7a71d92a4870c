import type { conversations } from '../db/schema.js'
import { DomainError } from '../errors.js'
import type { Db } from '../db/open.js'
import { prepared } from '../db/prepared.js'

/** A stored conversation, by its column names. */
export type ConversationRow = typeof conversations.$inferSelect

/** Reads a row with the names the tables use here rather than in SQL. */
const columns = `c.pk, c.partition_no AS partitionNo, c.conversation_id AS conversationId, c.title, c.title_key AS titleKey,
  c.endpoint, c.endpoint_type AS endpointType, c.model, c.agent_id AS agentId, c.assistant_id AS assistantId, c.spec,
  c.icon_url AS iconUrl, c.tags, c.is_archived AS isArchived, c.pinned, c.settings,
  c.forked_from_conversation AS forkedFromConversation, c.forked_from_message AS forkedFromMessage,
  c.message_count AS messageCount, c.next_message AS nextMessage, c.has_orphans AS hasOrphans,
  c.created_at AS createdAt, c.updated_at AS updatedAt`

/** A stored conversation without the text SQLite derives from it. */
export type Conversation = Omit<ConversationRow, 'listJson' | 'tie'>

const statements = prepared(({ $client: sqlite }: Db) => ({
  owned: sqlite.prepare<[string, number], Conversation>(
    `SELECT ${columns} FROM conversations c JOIN partitions p ON p.no = c.partition_no
     WHERE c.conversation_id = ? AND p.user_no = ? AND p.state = 'live'`),
  byPk: sqlite.prepare<[number], Conversation>(`SELECT ${columns} FROM conversations c WHERE c.pk = ?`),
  anyone: sqlite.prepare<[string], number>(
    `SELECT 1 FROM conversations c JOIN partitions p ON p.no = c.partition_no
     WHERE c.conversation_id = ? AND p.state = 'live' LIMIT 1`).pluck()
}))

/** A user's conversation, or undefined. */
export function findConversation (db: Db, userNo: number, conversationId: string): Conversation | undefined {
  return statements(db).owned.get(conversationId, userNo)
}

/**
 * A user's conversation.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function getConversation (db: Db, userNo: number, conversationId: string): Conversation {
  const row = findConversation(db, userNo, conversationId)
  if (!row) throw new DomainError('NOT_FOUND', 'Conversation not found')
  return row
}

/**
 * A user's conversation, to be changed.
 * @throws {DomainError} FORBIDDEN when only somebody else has one with this id, NOT_FOUND when nobody has.
 */
export function ownConversation (db: Db, userNo: number, conversationId: string): Conversation {
  const row = findConversation(db, userNo, conversationId)
  if (!row) refuseForeign(db, conversationId)
  if (!row) throw new DomainError('NOT_FOUND', 'Conversation not found')
  return row
}

/** @throws {DomainError} FORBIDDEN when anybody has a conversation with this id. */
export function refuseForeign (db: Db, conversationId: string) {
  if (statements(db).anyone.get(conversationId)) {
    throw new DomainError('FORBIDDEN', 'This conversation belongs to somebody else')
  }
}

/** The conversation at a key a command has just written. */
export function conversationAt (db: Db, pk: number): Conversation {
  const row = statements(db).byPk.get(pk)
  if (!row) throw new Error(`No conversation at key ${pk}`)
  return row
}
