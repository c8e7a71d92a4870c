import type { Db } from '../../db/connection.js'
import { conversationOfMessage, messageKey, numberOfMessage } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { defineCommand } from '../../writer/command.js'
import { flushEntries, indexMessage, indexTitle } from './entries.js'
import { MAX_SEGMENTS_DURING_BULK_WORK, mergeSegments } from './merge.js'
import { TOKENIZER_VERSION } from './tokenizer.js'

interface StoredMessage { pk: number, n: number, body: string }
interface StoredTitle { pk: number, title: string }

/** Above every packed key: the largest 64-bit integer. As `indexed_to` it says that the index is complete. */
const MAX_ROWID = '9223372036854775807'

// Raw SQL: FTS5 commands and ranges of packed keys.
const statements = prepared(({ $client: sqlite }: Db) => ({
  version: sqlite.prepare<[], string>('SELECT rules FROM search_progress').pluck(),
  setVersion: sqlite.prepare<[string]>('UPDATE search_progress SET rules = ?'),
  empty: sqlite.prepare('INSERT INTO search (search) VALUES (\'delete-all\')'),
  startOver: sqlite.prepare('UPDATE search_progress SET indexed_to = 0'),
  isComplete: sqlite.prepare<[], number>(`SELECT indexed_to = ${MAX_ROWID} FROM search_progress`).pluck(),
  complete: sqlite.prepare(`UPDATE search_progress SET indexed_to = ${MAX_ROWID}`),
  goTo: sqlite.prepare<[number, number]>(`UPDATE search_progress SET indexed_to = ${messageKey('?', '?')}`),
  messages: sqlite.prepare<[number], StoredMessage>(
    `SELECT ${conversationOfMessage('pk')} AS pk, ${numberOfMessage('pk')} AS n, body FROM messages
     WHERE pk > (SELECT indexed_to FROM search_progress) ORDER BY pk LIMIT ? + 0`),
  titles: sqlite.prepare<[number | null, number], StoredTitle>(
    `SELECT pk, title FROM conversations
     WHERE pk > (SELECT ${conversationOfMessage('indexed_to')} FROM search_progress) AND pk <= coalesce(?, pk) ORDER BY pk LIMIT ? + 0`),
  isImporting: sqlite.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM partitions WHERE state IN (\'staged\', \'publishing\'))').pluck()
}))

/** Messages, and titles, that one step of a rebuild adds. */
const STEP_ENTRIES = 50

/** Empties an index that another tokenizer version made. `rebuildSearch` then fills it again. */
export const prepareSearch = defineCommand({
  name: 'prepareSearch',
  kind: 'short',
  run (db) {
    const version = statements(db).version.get()
    if (version === TOKENIZER_VERSION) return
    if (version !== '') emptySearch(db)
    statements(db).setVersion.run(TOKENIZER_VERSION)
  }
})

/** Removes every entry. `rebuildSearch` adds them again. */
export function emptySearch (db: Db) {
  statements(db).empty.run()
  statements(db).startOver.run()
}

/** Indexes stored rows in key order, from where an earlier run ended. Writes in between keep the finished part up to date. */
export const rebuildSearch = defineCommand({
  name: 'rebuildSearch',
  kind: 'bulk',
  lane: () => 'index',
  * run (db): Generator<void, void, void> {
    while (!statements(db).isComplete.get()) {
      indexSome(db)
      yield
      yield * mergeSegments(db, MAX_SEGMENTS_DURING_BULK_WORK)
    }
  }
})

function indexSome (db: Db) {
  const messages = statements(db).messages.all(STEP_ENTRIES)
  const last = messages.at(-1)
  const titles = statements(db).titles.all(last?.pk ?? null, STEP_ENTRIES)
  const lastTitle = titles.at(-1)
  // Conversations without messages can have more titles than one step takes. The step then ends at the last of them.
  const endsAtTitle = lastTitle !== undefined && titles.length === STEP_ENTRIES && (!last || lastTitle.pk < last.pk)
  if (endsAtTitle) statements(db).goTo.run(lastTitle.pk, 0)
  else if (last) statements(db).goTo.run(last.pk, last.n)
  else statements(db).complete.run()

  for (const { pk, title } of titles) indexTitle(db, pk, title)
  for (const { pk, n, body } of messages) {
    if (!endsAtTitle || pk < lastTitle.pk) indexMessage(db, pk, n, JSON.parse(body))
  }
  flushEntries(db)
}

/** Merges the segments that single writes left, because a search reads each of them. */
export const mergeSearch = defineCommand({
  name: 'mergeSearch',
  kind: 'bulk',
  lane: () => 'index',
  run (db) {
    return mergeSegments(db, statements(db).isImporting.get() ? MAX_SEGMENTS_DURING_BULK_WORK : 0)
  }
})

/** Commands that maintain the search index. */
export const searchCommands = [prepareSearch, rebuildSearch, mergeSearch]
