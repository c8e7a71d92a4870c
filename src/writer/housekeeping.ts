import type { Db } from '../db/connection.js'
import { messageKey, messagesOf, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { flushEntries, reindexTitle, unindexMessage } from '../search/index/entries.js'
import type { Writer } from './writer.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  discardStaged: sqlite.prepare('UPDATE partitions SET state = \'discarded\' WHERE state = \'staged\''),
  nextGone: sqlite.prepare<[], { no: number, state: string }>(
    'SELECT no, state FROM partitions WHERE state IN (\'dropped\', \'discarded\') ORDER BY no LIMIT 1'),
  conversationIn: sqlite.prepare<[number], { pk: number, title: string }>(
    'SELECT pk, title FROM conversations WHERE partition_no = ? LIMIT 1'),
  messagesIn: sqlite.prepare<[{ pk: number, limit: number }], { n: number, body: string }>(
    `SELECT ${numberOfMessage('pk')} AS n, body FROM messages WHERE pk ${messagesOf(':pk')} LIMIT :limit + 0`),
  removeMessage: sqlite.prepare<[number, number]>(`DELETE FROM messages WHERE pk = ${messageKey('?', '?')}`),
  removeConversation: sqlite.prepare<[number]>('DELETE FROM conversations WHERE pk = ?'),
  removeOrigin: sqlite.prepare<[number]>('DELETE FROM import_origins WHERE conversation_pk = ?'),
  removePartition: sqlite.prepare<[number]>('DELETE FROM partitions WHERE no = ?'),
  unsettled: sqlite.prepare<[], { no: number, home: number }>(
    'SELECT max(no) AS no, min(no) AS home FROM partitions WHERE state = \'live\' GROUP BY user_no HAVING count(*) > 1 LIMIT 1'),
  settleSome: sqlite.prepare<[{ no: number, home: number, limit: number }]>(
    `UPDATE conversations SET partition_no = :home WHERE pk IN (
       SELECT pk FROM conversations WHERE partition_no = :no LIMIT :limit + 0)`)
}))

/** Rows that one step moves. */
const STEP = 100

/** Messages that one step of a sweep removes; taking their words out of the index is what takes its time. */
const SWEPT_MESSAGES = 4

/** Work that follows other commands: none of it changes what anybody sees. */
export const housekeepingCommands = { ping, discardStaged, sweepDeleted, settlePartitions }

/** Does nothing; an answer shows that the writer takes commands and can open and commit a transaction. */
function ping () {}

/** Gives up the imports that a stop or crash left half way; the sweep removes their rows. */
function discardStaged (db: Db) {
  statements(db).discardStaged.run()
}

/** Removes the rows of deleted conversations and failed imports. */
function * sweepDeleted (db: Db): Generator<void, void, void> {
  const { nextGone, removePartition } = statements(db)
  for (let gone = nextGone.get(); gone; gone = nextGone.get()) {
    yield * sweepConversations(db, gone.no, gone.state === 'discarded')
    removePartition.run(gone.no)
    yield
  }
}

function * sweepConversations (db: Db, partitionNo: number, forgetOrigins: boolean): Generator<void, void, void> {
  const { conversationIn, removeConversation, removeOrigin } = statements(db)
  for (let next = conversationIn.get(partitionNo); next; next = conversationIn.get(partitionNo)) {
    const { pk, title } = next
    while (removeMessages(db, pk) > 0) yield
    reindexTitle(db, pk, title, '')
    if (forgetOrigins) removeOrigin.run(pk)
    removeConversation.run(pk)
    yield
  }
}

/** Removes some messages with their entries in the search index; answers how many. */
function removeMessages (db: Db, pk: number): number {
  const { messagesIn, removeMessage } = statements(db)
  const messages = messagesIn.all({ pk, limit: SWEPT_MESSAGES })
  for (const { n, body } of messages) {
    unindexMessage(db, pk, n, JSON.parse(body))
    removeMessage.run(pk, n)
  }
  flushEntries(db)
  return messages.length
}

/** Moves what was published in its own partition to its owner's home, so that lists read from one place again. */
function * settlePartitions (db: Db): Generator<void, void, void> {
  const { unsettled, settleSome, removePartition } = statements(db)
  for (let found = unsettled.get(); found; found = unsettled.get()) {
    while (settleSome.run({ ...found, limit: STEP }).changes === STEP) yield
    removePartition.run(found.no)
    yield
  }
}

/** Runs the work above in the background, once however often it is asked for. */
export interface Housekeeping {
  nudge (): void
  /** Settles when nothing is left to do. */
  idle (): Promise<void>
  /** Starts nothing more; what the writer's stop interrupts is done after the next start. */
  stop (): void
}

export function createHousekeeping (writer: Writer, onError: (error: unknown) => void): Housekeeping {
  let running = Promise.resolve()
  const state = { isRunning: false, isStopped: false, again: false }

  async function work () {
    do {
      state.again = false
      await writer.run('settlePartitions', {})
      await writer.run('sweepDeleted', {})
      await writer.run('rebuildSearch', {})
      await writer.run('mergeSearch', {})
    } while (state.again && !state.isStopped)
  }

  function nudge () {
    state.again = true
    if (state.isRunning || state.isStopped) return
    state.isRunning = true
    running = work().catch((error) => { if (!state.isStopped) onError(error) }).finally(() => { state.isRunning = false })
  }

  return { nudge, idle: () => running, stop: () => { state.isStopped = true } }
}
