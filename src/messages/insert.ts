import type { Db } from '../db/connection.js'
import { messageKey } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import type { messages } from '../db/schema.js'

/*
 * Every insert of a message. Raw SQL: imports spend much of their time here, copies are made inside SQLite, and only SQL
 * can compute the key.
 */

/** A message to store. The caller adds its search entry. */
export type NewMessage = Omit<typeof messages.$inferInsert, 'pk'>

/** A message of a copy: its number and id, its parent's id, the number of the original, and its time. */
export type CopiedMessage = [n: number, messageId: string, parentMessageId: string | null, original: number, createdAt: number]

const statements = prepared(({ $client: sqlite }: Db) => ({
  insert: sqlite.prepare<[number, number, string, string | null, string | null, string, number, number, number]>(
    `INSERT INTO messages (pk, message_id, parent_message_id, source_id, body, created_at, updated_at, edited_here)
     VALUES (${messageKey('?', '?')}, ?, ?, ?, ?, ?, ?, ?)`),
  // CROSS JOIN makes the list the outer loop.
  copy: sqlite.prepare<[{ pk: number, source: number, list: string }]>(
    `INSERT INTO messages (pk, message_id, parent_message_id, body, created_at, updated_at)
     SELECT ${messageKey(':pk', '(c.value ->> 0)')}, c.value ->> 1, c.value ->> 2, m.body, c.value ->> 4, max(m.updated_at, c.value ->> 4)
     FROM json_each(:list) c CROSS JOIN messages m ON m.pk = ${messageKey(':source', '(c.value ->> 3)')}`)
}))

/** Inserts message `n` of the conversation at key `pk`. */
export function insertMessage (db: Db, pk: number, n: number, message: NewMessage) {
  const { messageId, parentMessageId = null, sourceId = null, body, createdAt, updatedAt, editedHere = 0 } = message
  statements(db).insert.run(pk, n, messageId, parentMessageId, sourceId, body, createdAt, updatedAt, editedHere)
}

/** Inserts copies of messages of the conversation at key `source` into the one at key `pk`. */
export function copyMessages (db: Db, pk: number, source: number, list: CopiedMessage[]) {
  statements(db).copy.run({ pk, source, list: JSON.stringify(list) })
}
