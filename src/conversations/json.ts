import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { inSnapshot } from '../db/snapshot.js'
import { DomainError } from '../errors.js'
import { MEMBERS_AT } from './list-row.js'
import { knownPartitions } from './partitions.js'

/**
 * A conversation's JSON after its first member, `user`, as one text: how a list shows it stands there ready, settings are
 * an object of other members than that has (`imports/rows.ts`), and the texts are cut as bytes, whose characters nobody counts.
 */
const members = `'"messageCount":' || c.message_count
  || iif(c.settings = '{}', '', ',' || substr(CAST(c.settings AS BLOB), 2, octet_length(c.settings) - 2))
  || iif(c.forked_from_conversation IS NULL, '', ',"forkedFrom":' || json_patch('{}', json_object(
    'conversationId', c.forked_from_conversation, 'messageId', c.forked_from_message)))
  || ',' || substr(CAST(r.row AS BLOB), ${MEMBERS_AT})`

const statements = prepared(({ $client: sqlite }: Db) => ({
  byKey: sqlite.prepare<[number], string>(
    `SELECT ${members} FROM conversations c CROSS JOIN list_rows r ON r.conversation_pk = c.pk WHERE c.pk = ?`).pluck(),
  // One statement, and not one for the key first: each costs a single short request as much as the reading does.
  byId: sqlite.prepare<[string, number], string>(
    `SELECT ${members} FROM conversations c INDEXED BY conversations_id CROSS JOIN list_rows r ON r.conversation_pk = c.pk
     WHERE c.conversation_id = ? AND c.partition_no = ?`).pluck()
}))

/** What the wire JSON of the conversation with this key, which must be there, has after `user`, to its end. */
export function conversationMembers (db: Db, pk: number): string {
  const found = statements(db).byKey.get(pk)
  if (found === undefined) throw new Error(`No conversation at key ${pk}`)
  return found
}

/**
 * The same of a user's conversation.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function findConversationMembers (db: Db, userNo: number, conversationId: string): string {
  return inSnapshot(db, () => {
    for (const partition of knownPartitions(db, userNo)) {
      const found = statements(db).byId.get(conversationId, partition)
      if (found !== undefined) return found
    }
    throw new DomainError('NOT_FOUND', 'Conversation not found')
  })
}

/** A conversation's JSON as it goes over the wire: with its owner, who is the same for all that is stored together. */
export function withUser (members: string, userId: string): string {
  return `{"user":${JSON.stringify(userId)},${members}`
}
