import { isDeepStrictEqual } from 'node:util'
import { MAX_MESSAGES, messageKey, messagesOf, numberOfMessage, userOfKey } from '../db/keys.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { type StoredBody, readBody, writeBody } from '../messages/body.js'
import { insertMessage } from '../messages/insert.js'
import { takeNumber } from '../messages/order.js'
import { addEntry, messageWords, replaceEntry } from '../search/index/entries.js'
import type { StagedMessage } from './rows.js'

/*
 * Compares the messages of a conversation that is here with those of a newer export. What its owner did here wins: a message
 * that was deleted here is not added again, and one that was edited here keeps its text.
 */

interface Ids { n: number, messageId: string, sourceId: string | null, parentMessageId: string | null }
interface StoredText { body: string, sourceId: string | null, editedHere: 0 | 1 }

// Raw SQL: ranges of packed keys.
const statements = prepared(({ $client: sqlite }: Db) => ({
  stored: sqlite.prepare<[{ pk: number }], Omit<Ids, 'parentMessageId'>>(
    `SELECT ${numberOfMessage('pk')} AS n, message_id AS messageId, source_id AS sourceId FROM messages
     WHERE pk ${messagesOf(':pk')}`),
  deleted: sqlite.prepare<[number], Omit<Ids, 'n'>>(
    `SELECT message_id AS messageId, source_id AS sourceId, parent_message_id AS parentMessageId FROM deleted_messages
     WHERE conversation_pk = ?`),
  text: sqlite.prepare<[{ pk: number, n: number }], StoredText>(
    `SELECT body, source_id AS sourceId, edited_here AS editedHere FROM messages WHERE pk = ${messageKey(':pk', ':n')}`),
  nextNumber: sqlite.prepare<[number], number>('SELECT next_message FROM conversations WHERE pk = ?').pluck(),
  replace: sqlite.prepare<[{ pk: number, n: number, body: string, updatedAt: number }]>(
    `UPDATE messages SET body = :body, updated_at = max(updated_at, :updatedAt) WHERE pk = ${messageKey(':pk', ':n')}`)
}))

/** Which messages a conversation has, and which were deleted from it. */
export interface StoredMessages {
  pk: number
  /** By source id and by message id, since an export of Parley's own names messages by the latter. */
  present: Map<string, { n: number, messageId: string }>
  /** By the same ids, the nearest message above the deleted one that is left. Null for a root. */
  deleted: Map<string, string | null>
}

/** A message of an export. Its parent is named by the source's id. */
export type IncomingMessage = Omit<StagedMessage, 'parentMessageId'>

/** The effect of a message of an export: a new message, another text, or nothing. */
export type Effect = 'add' | 'replace' | 'none'

/** Reads the ids in the conversation at a key, not its texts. */
export function storedMessages (db: Db, pk: number): StoredMessages {
  const present: StoredMessages['present'] = new Map()
  const deleted: StoredMessages['deleted'] = new Map()
  for (const { n, messageId, sourceId } of statements(db).stored.all({ pk })) {
    for (const id of [messageId, sourceId]) if (id !== null) present.set(id, { n, messageId })
  }
  for (const { messageId, sourceId, parentMessageId } of statements(db).deleted.all(pk)) {
    for (const id of [messageId, sourceId]) if (id !== null) deleted.set(id, parentMessageId)
  }
  return { pk, present, deleted }
}

/** What a message would change. `mayReplace` is false where the export is older than the one that is here. */
export function effectOf (db: Db, stored: StoredMessages, message: IncomingMessage, mayReplace: boolean): Effect {
  const known = stored.present.get(message.sourceId)
  if (!known) return stored.deleted.has(message.sourceId) ? 'none' : 'add'
  return mayReplace && replacement(db, stored.pk, known.n, message) ? 'replace' : 'none'
}

/** Applies a message and returns its effect. Parents must come before their children. */
export function mergeMessage (db: Db, stored: StoredMessages, message: IncomingMessage, mayReplace: boolean): Effect {
  const known = stored.present.get(message.sourceId)
  if (!known) return addMessage(db, stored, message)
  const changed = mayReplace && replacement(db, stored.pk, known.n, message)
  if (!changed) return 'none'
  const { pk } = stored
  statements(db).replace.run({ pk, n: known.n, body: writeBody(changed.after), updatedAt: message.updatedAt })
  replaceEntry(db, pk, known.n, messageWords(userOfKey(pk), changed.before), message.words)
  return 'replace'
}

function addMessage (db: Db, stored: StoredMessages, { words, parentSourceId, ...message }: IncomingMessage): Effect {
  const { pk, present, deleted } = stored
  if (deleted.has(message.sourceId) || !hasRoom(db, pk)) return 'none'
  const parent = parentSourceId === null ? null : present.get(parentSourceId)?.messageId ?? deleted.get(parentSourceId)
  const n = takeNumber(db, pk)
  insertMessage(db, pk, n, { ...message, parentMessageId: parent ?? null })
  addEntry(db, pk, n, words)
  present.set(message.sourceId, { n, messageId: message.messageId })
  return 'add'
}

/** Further messages are left out: an import that failed while it is published could neither go on nor be undone. */
function hasRoom (db: Db, pk: number) {
  return (statements(db).nextNumber.get(pk) ?? Infinity) <= MAX_MESSAGES
}

/** Returns the body before and after a change by a newer export. Null for a message written or edited here, and without a change. */
function replacement (db: Db, pk: number, n: number, { body }: IncomingMessage): { before: StoredBody, after: StoredBody } | null {
  const stored = statements(db).text.get({ pk, n })
  if (!stored || stored.sourceId === null || stored.editedHere || stored.body === body) return null
  const before = readBody(stored.body)
  const after = { ...readBody(body), ...(before.feedback && { feedback: before.feedback }) }
  return isDeepStrictEqual(before, after) ? null : { before, after }
}
