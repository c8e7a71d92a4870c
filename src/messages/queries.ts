import type { Conversation } from '../conversations/row.js'
import type { Db } from '../db/connection.js'
import { messagesAfter, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { inSnapshot } from '../db/snapshot.js'
import { messageJson, type WireColumns, wireColumns } from './row.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  after: sqlite.prepare<[{ pk: number, n: number }], WireColumns>(
    `SELECT ${wireColumns}, ${numberOfMessage('pk')} FROM messages WHERE pk ${messagesAfter(':pk', ':n')} ORDER BY pk`).raw()
}))

/** Characters of one slice, so that no conversation holds up other requests however long it is. */
const SLICE = 262_144

/**
 * The messages of a conversation, parents before children, as the pieces of one JSON array.
 * Each piece is read when it is asked for, so a long answer can give way to other requests in between.
 */
export function * messagesAsJson (db: Db, { conversationId, pk }: Pick<Conversation, 'conversationId' | 'pk'>): Generator<string, void, void> {
  const id = JSON.stringify(conversationId)
  let piece = '['
  for (let next: number | null = 0; next !== null;) {
    const after: number = next
    const slice = inSnapshot(db, () => readSlice(db, id, pk, after))
    const separator = after > 0 && slice.messages.length > 0 ? ',' : ''
    piece += separator + slice.messages.join()
    next = slice.next
    if (next === null) piece += ']'
    yield piece
    piece = ''
  }
}

function readSlice (db: Db, conversationId: string, pk: number, after: number) {
  const messages: string[] = []
  let size = 0
  for (const columns of statements(db).after.iterate({ pk, n: after })) {
    const json = messageJson(conversationId, columns)
    messages.push(json)
    size += json.length
    if (size > SLICE) return { messages, next: columns[5] ?? null }
  }
  return { messages, next: null }
}
