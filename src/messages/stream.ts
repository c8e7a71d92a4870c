import type { Conversation } from '../conversations/find.js'
import type { Db } from '../db/connection.js'
import { messagesAfter, messagesOf, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { inSnapshot } from '../db/snapshot.js'
import { isoTime } from '../iso-time.js'
import { jsonArray, PIECE_CHARACTERS } from '../json-stream.js'
import { NO_PARENT } from './tree.js'

type Columns = [n: number, messageId: string, parentMessageId: string | null, createdAt: number, updatedAt: number, body: string]

// Raw SQL: a range of packed keys. Rows are read as arrays, which are faster than objects.
const statements = prepared(({ $client: sqlite }: Db) => ({
  after: sqlite.prepare<[{ pk: number, n: number }], Columns>(
    `SELECT ${numberOfMessage('pk')}, message_id, parent_message_id, created_at, updated_at, body FROM messages
     WHERE pk ${messagesAfter(':pk', ':n')} ORDER BY pk`).raw(),
  ids: sqlite.prepare<[{ pk: number }], [n: number, messageId: string]>(
    `SELECT ${numberOfMessage('pk')}, message_id FROM messages WHERE pk ${messagesOf(':pk')} ORDER BY pk`).raw(),
  version: sqlite.prepare<[number], string>('SELECT updated_at || \' \' || next_message FROM conversations WHERE pk = ?').pluck()
}))

/**
 * Returns the messages of a conversation, parents before children, as the pieces of one JSON array between `before` and
 * `after`. A long conversation is read in slices. Each slice is read in its own snapshot when the stream needs it. A
 * message that exists the whole time is sent once, even if it is renumbered between two slices.
 */
export function streamMessages (db: Db, conversation: Pick<Conversation, 'conversationId' | 'pk'>, before = '[', after = ']'): Generator<string, void, void> {
  return jsonArray(messagesInSlices(db, conversation), before, after)
}

function * messagesInSlices (db: Db, { conversationId, pk }: Pick<Conversation, 'conversationId' | 'pk'>): Generator<string, void, void> {
  const id = JSON.stringify(conversationId)
  const sent = new Set<string>()
  let slice: Slice = { messages: [], last: 0, version: null }
  do {
    const { last, version }: Slice = slice
    slice = inSnapshot(db, () => readSlice(db, pk, last, version, sent))
    for (const message of slice.messages) yield messageJson(id, message)
  } while (slice.last !== null)
}

interface Slice {
  messages: Columns[]
  /** The number of the last message. Null when no message follows. */
  last: number | null
  /** Changes after every insert, update, move or removal of a message. */
  version: string | null
}

function readSlice (db: Db, pk: number, last: number | null, before: string | null, sent: Set<string>): Slice {
  const isChanged = before !== null && versionOf(db, pk) !== before
  const messages: Columns[] = []
  let characters = 0
  // A changed conversation may have new numbers, so the scan starts before the first unsent message.
  for (const columns of statements(db).after.iterate({ pk, n: isChanged ? lastSent(db, pk, sent) : last ?? 0 })) {
    const [n, messageId, , , , body] = columns
    if (sent.has(messageId)) continue
    messages.push(columns)
    characters += body.length
    if (characters < PIECE_CHARACTERS) continue
    for (const [, id] of messages) sent.add(id)
    return { messages, last: n, version: versionOf(db, pk) }
  }
  return { messages, last: null, version: null }
}

function versionOf (db: Db, pk: number): string | null {
  return statements(db).version.get(pk) ?? null
}

/** Returns the number of the last message before the first unsent one. */
function lastSent (db: Db, pk: number, sent: Set<string>): number {
  let last = 0
  for (const [n, messageId] of statements(db).ids.iterate({ pk })) {
    if (!sent.has(messageId)) break
    last = n
  }
  return last
}

/** Returns the JSON of a message. The stored body is JSON, so it is inserted without parsing. */
function messageJson (conversationId: string, [, messageId, parentMessageId, createdAt, updatedAt, body]: Columns): string {
  const [id, parent] = [JSON.stringify(messageId), JSON.stringify(parentMessageId ?? NO_PARENT)]
  return `{"messageId":${id},"conversationId":${conversationId},"parentMessageId":${parent},"createdAt":"${isoTime(createdAt)}","updatedAt":"${isoTime(updatedAt)}",${body.slice(1)}`
}
