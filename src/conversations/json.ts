import type { Db } from '../db/open.js'
import { prepared } from '../db/prepared.js'
import { inSnapshot } from '../db/snapshot.js'
import { DomainError } from '../errors.js'

type Parts = [listJson: string, settings: string, messageCount: number, forkedFrom: string | null]

/**
 * What a list shows is read as it stands in the list's index; settings are an object of other members than that has
 * (`imports/rows.ts`), so the texts are joined without being read.
 */
const parts = `l.list_json, c.settings, c.message_count, iif(c.forked_from_conversation IS NULL, NULL, json_patch('{}', json_object(
  'conversationId', c.forked_from_conversation, 'messageId', c.forked_from_message)))`
const inList = `CROSS JOIN conversations l INDEXED BY conversations_updated
  ON l.partition_no = c.partition_no AND l.is_archived = c.is_archived AND l.updated_at = c.updated_at AND l.tie = c.pk`

const statements = prepared(({ $client: sqlite }: Db) => ({
  byKey: sqlite.prepare<[number], Parts>(`SELECT ${parts} FROM conversations c ${inList} WHERE c.pk = ?`).raw(),
  // One statement, and not one for the key first: each costs a single short request as much as the reading does.
  byId: sqlite.prepare<[string, number], Parts>(
    `SELECT ${parts} FROM conversations c JOIN partitions p ON p.no = c.partition_no ${inList}
     WHERE c.conversation_id = ? AND p.user_no = ? AND p.state = 'live'`).raw()
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
  const found = inSnapshot(db, () => statements(db).byId.get(conversationId, userNo))
  if (!found) throw new DomainError('NOT_FOUND', 'Conversation not found')
  return joined(found)
}

function joined ([listJson, settings, messageCount, forkedFrom]: Parts): string {
  const rest = settings === '{}' ? '' : `,${settings.slice(1, -1)}`
  return `${listJson.slice(0, -1)},"messageCount":${messageCount}${rest}${forkedFrom === null ? '' : `,"forkedFrom":${forkedFrom}`}}`
}

/** A conversation's JSON as it goes over the wire: with its owner, who is the same for all that is stored together. */
export function withUser (json: string, userId: string): string {
  return listWithUser([json], userId)
}

/** The same of several, as they stand inside a JSON array. */
export function listWithUser (rows: string[], userId: string): string {
  const beginning = `{"user":${JSON.stringify(userId)},`
  return rows.length === 0 ? '' : beginning + rows.map((json) => json.slice(1)).join(`,${beginning}`)
}
