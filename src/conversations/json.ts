import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { inSnapshot } from '../db/snapshot.js'
import { DomainError } from '../errors.js'
import { rowJson } from './list-row.js'
import { knownPartitions } from './partitions.js'

type Parts = [listRow: string, settings: string, messageCount: number, forkedFrom: string | null]

/**
 * What a list shows is read as it stands there; settings are an object of other members than that has
 * (`imports/rows.ts`), so the texts are joined without being read.
 */
const parts = `r.row, c.settings, c.message_count, iif(c.forked_from_conversation IS NULL, NULL, json_patch('{}', json_object(
  'conversationId', c.forked_from_conversation, 'messageId', c.forked_from_message)))`

const statements = prepared(({ $client: sqlite }: Db) => ({
  byKey: sqlite.prepare<[number], Parts>(
    `SELECT ${parts} FROM conversations c CROSS JOIN list_rows r ON r.conversation_pk = c.pk WHERE c.pk = ?`).raw(),
  // One statement, and not one for the key first: each costs a single short request as much as the reading does.
  byId: sqlite.prepare<[string, number], Parts>(
    `SELECT ${parts} FROM conversations c INDEXED BY conversations_id CROSS JOIN list_rows r ON r.conversation_pk = c.pk
     WHERE c.conversation_id = ? AND c.partition_no = ?`).raw()
}))

/** The wire JSON of the conversation with this key, which must be there, without its `user`. */
export function conversationJson (db: Db, pk: number): string {
  const found = statements(db).byKey.get(pk)
  if (!found) throw new Error(`No conversation at key ${pk}`)
  return joined(found)
}

/**
 * The same of a user's conversation.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function getConversationJson (db: Db, userNo: number, conversationId: string): string {
  return inSnapshot(db, () => {
    for (const partition of knownPartitions(db, userNo)) {
      const found = statements(db).byId.get(conversationId, partition)
      if (found) return joined(found)
    }
    throw new DomainError('NOT_FOUND', 'Conversation not found')
  })
}

function joined ([listRow, settings, messageCount, forkedFrom]: Parts): string {
  const rest = settings === '{}' ? '' : `,${settings.slice(1, -1)}`
  return `${rowJson(listRow).slice(0, -1)},"messageCount":${messageCount}${rest}${forkedFrom === null ? '' : `,"forkedFrom":${forkedFrom}`}}`
}

/** A conversation's JSON as it goes over the wire: with its owner, who is the same for all that is stored together. */
export function withUser (json: string, userId: string): string {
  return `{"user":${JSON.stringify(userId)},${json.slice(1)}`
}
