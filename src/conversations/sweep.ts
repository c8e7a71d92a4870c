import type { Db } from '../db/connection.js'
import { messageKey, messagesOf, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { flushEntries, reindexTitle, removeEntry, storedWords } from '../search/index/entries.js'
import { defineCommand } from '../writer/command.js'
import { moveConversations, removePartition } from './partitions.js'

// Raw SQL: packed keys, and statements for each row of a sweep, which Drizzle would make slower.
const statements = prepared(({ $client: sqlite }: Db) => ({
  discardStaged: sqlite.prepare('UPDATE partitions SET state = \'discarded\' WHERE state = \'staged\''),
  nextGone: sqlite.prepare<[], { no: number, state: string }>(
    'SELECT no, state FROM partitions WHERE state IN (\'dropped\', \'discarded\') ORDER BY no LIMIT 1'),
  conversationIn: sqlite.prepare<[number], { pk: number, title: string }>(
    'SELECT pk, title FROM conversations WHERE partition_no = ? LIMIT 1'),
  messagesIn: sqlite.prepare<[{ pk: number, limit: number }], number>(
    `SELECT ${numberOfMessage('pk')} FROM messages WHERE pk ${messagesOf(':pk')} LIMIT :limit + 0`).pluck(),
  removeStaged: sqlite.prepare<[number, number]>(
    'DELETE FROM staged_messages WHERE partition_no = ? LIMIT ? + 0'),
  removeUpdates: sqlite.prepare<[number, number]>('DELETE FROM staged_updates WHERE partition_no = ? LIMIT ? + 0'),
  removeMessage: sqlite.prepare<[number, number]>(`DELETE FROM messages WHERE pk = ${messageKey('?', '?')}`),
  removeDeletedMessages: sqlite.prepare<[number, number]>('DELETE FROM deleted_messages WHERE conversation_pk = ? LIMIT ? + 0'),
  removeConversation: sqlite.prepare<[number]>('DELETE FROM conversations WHERE pk = ?'),
  forgetTitle: sqlite.prepare<[number]>('UPDATE import_origins SET title = NULL WHERE conversation_pk = ?'),
  removeOrigin: sqlite.prepare<[number]>('DELETE FROM import_origins WHERE conversation_pk = ?'),
  scattered: sqlite.prepare<[], { no: number, home: number }>(
    'SELECT max(no) AS no, min(no) AS home FROM partitions WHERE state = \'live\' GROUP BY user_no HAVING count(*) > 1 LIMIT 1')
}))

/** Rows without search entries that one step moves or removes. */
const STEP_ROWS = 100

/** Messages whose search entries are flushed together. Removing the words takes most of the time. */
const STEP_MESSAGES = 4

/** Gives up imports and copies that a stop or a crash interrupted. The sweep removes their rows. */
export const discardStaged = defineCommand({
  name: 'discardStaged',
  kind: 'short',
  grows: false,
  run (db) {
    statements(db).discardStaged.run()
  }
})

/** Removes the rows of deleted conversations, and of imports and copies that were given up. */
export const sweepDeleted = defineCommand({
  name: 'sweepDeleted',
  kind: 'bulk',
  grows: false,
  lane: () => 'sweep',
  * run (db): Generator<void, void, void> {
    const { nextGone, removeStaged, removeUpdates } = statements(db)
    for (let gone = nextGone.get(); gone; gone = nextGone.get()) {
      // The foreign keys would remove any number of rows at once with the partition.
      while (removeStaged.run(gone.no, STEP_ROWS).changes > 0) yield
      while (removeUpdates.run(gone.no, STEP_ROWS).changes > 0) yield
      yield * sweepConversations(db, gone.no, gone.state === 'discarded')
      removePartition(db, gone.no)
      yield
    }
  }
})

function * sweepConversations (db: Db, partitionNo: number, forgetOrigins: boolean): Generator<void, void, void> {
  const { conversationIn, forgetTitle, removeConversation, removeDeletedMessages, removeOrigin } = statements(db)
  for (let next = conversationIn.get(partitionNo); next; next = conversationIn.get(partitionNo)) {
    const { pk, title } = next
    yield * removeMessages(db, pk)
    while (removeDeletedMessages.run(pk, STEP_ROWS).changes > 0) yield
    reindexTitle(db, pk, title, '')
    // The origin of a deleted conversation stays, so that the next import does not bring it back. Its title does not.
    if (forgetOrigins) removeOrigin.run(pk)
    else forgetTitle.run(pk)
    removeConversation.run(pk)
    yield
  }
}

/** Removes the messages of a conversation with their entries in the search index. */
function * removeMessages (db: Db, pk: number): Generator<void, void, void> {
  const { messagesIn, removeMessage } = statements(db)
  const next = () => messagesIn.all({ pk, limit: STEP_MESSAGES })
  for (let numbers = next(); numbers.length > 0; numbers = next()) {
    for (const n of numbers) {
      removeEntry(db, pk, n, yield * storedWords(db, pk, n))
      removeMessage.run(pk, n)
    }
    flushEntries(db)
    yield
  }
}

/** Moves the conversations of published imports to their owner's home, so that a list reads one partition again. */
export const mergeIntoHome = defineCommand({
  name: 'mergeIntoHome',
  kind: 'bulk',
  grows: false,
  lane: () => 'merge into home',
  * run (db): Generator<void, void, void> {
    const { scattered } = statements(db)
    for (let found = scattered.get(); found; found = scattered.get()) {
      while (moveConversations(db, found.no, found.home, STEP_ROWS) === STEP_ROWS) yield
      removePartition(db, found.no)
      yield
    }
  }
})

/** Upkeep of partitions. None of it changes what a user sees. */
export const sweepCommands = [discardStaged, sweepDeleted, mergeIntoHome]
