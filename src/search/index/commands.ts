import type { Db } from '../../db/connection.js'
import { conversationOfMessage, messageKey, numberOfMessage, userOfKey } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { defineCommand } from '../../writer/command.js'
import { addStoredEntry, flushEntries, storedWords, TITLE_NUMBER, titleWords } from './entries.js'
import { MAX_SEGMENTS_DURING_BULK_WORK, mergeSegments } from './merge.js'
import { forgetIndexedChanges, isUsable, keepAsPrevious, previousVersion, removePrevious, stopUsingPrevious } from './previous.js'
import { titleKey } from './title-key.js'
import { TOKENIZER_VERSION } from './tokenizer.js'

interface MessageKey { pk: number, n: number }
interface StoredTitle { pk: number, title: string }

/** The largest 64-bit integer, above every packed key. As `indexed_to` it means that the index is complete. */
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
  nextMessage: sqlite.prepare<[], MessageKey>(
    `SELECT ${conversationOfMessage('pk')} AS pk, ${numberOfMessage('pk')} AS n FROM messages
     WHERE pk > (SELECT indexed_to FROM search_progress) ORDER BY pk LIMIT 1`),
  titles: sqlite.prepare<[number | null, number], StoredTitle>(
    `SELECT pk, title FROM conversations
     WHERE pk > (SELECT ${conversationOfMessage('indexed_to')} FROM search_progress) AND pk <= coalesce(?, pk) ORDER BY pk LIMIT ? + 0`),
  setKey: sqlite.prepare<[{ pk: number, key: string }]>('UPDATE conversations SET title_key = :key WHERE pk = :pk AND title_key <> :key'),
  isImporting: sqlite.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM partitions WHERE state IN (\'staged\', \'publishing\'))').pluck()
}))

/** Titles that one step indexes at most. */
const STEP_TITLES = 50

/** Messages after which new segments are merged. */
const MESSAGES_PER_MERGE = 50

/**
 * Starts a new index when another tokenizer version made the one that is there. `rebuildSearch` fills it afterwards, and renews
 * the sort keys. Until then searches also read the previous index, which is the newest complete one.
 */
export const prepareSearch = defineCommand({
  name: 'prepareSearch',
  kind: 'short',
  run (db) {
    const version = statements(db).version.get() ?? ''
    if (version === TOKENIZER_VERSION) return
    if (version !== '') startAgain(db, version)
    statements(db).setVersion.run(TOKENIZER_VERSION)
  }
})

function startAgain (db: Db, version: string) {
  if (statements(db).isComplete.get() && isUsable(version)) {
    keepAsPrevious(db, version)
    statements(db).startOver.run()
  } else if (isUsable(previousVersion(db))) {
    empty(db)
  } else {
    emptySearch(db)
  }
}

/** Removes every entry, and those of a previous index. `rebuildSearch` adds them afterwards. */
export function emptySearch (db: Db) {
  empty(db)
  stopUsingPrevious(db)
}

function empty (db: Db) {
  statements(db).empty.run()
  statements(db).startOver.run()
  forgetIndexedChanges(db)
}

/**
 * Indexes stored rows in key order, from where an earlier run stopped, and renews the sort keys of titles. Writes
 * meanwhile keep the indexed part up to date. At the end it removes the previous index.
 */
export const rebuildSearch = defineCommand({
  name: 'rebuildSearch',
  kind: 'bulk',
  lane: () => 'index',
  * run (db): Generator<void, void, void> {
    yield * removePrevious(db)
    while (!statements(db).isComplete.get()) {
      for (let count = 0; count < MESSAGES_PER_MERGE && !statements(db).isComplete.get(); count++) {
        yield * indexNext(db)
        yield
      }
      flushEntries(db)
      yield
      yield * mergeSegments(db, MAX_SEGMENTS_DURING_BULK_WORK)
    }
    yield * removePrevious(db)
  }
})

/** Indexes the next message and the titles before it. After the last message it indexes the remaining titles. */
function * indexNext (db: Db): Generator<void, void, void> {
  const { nextMessage, titles, goTo, setKey } = statements(db)
  const message = nextMessage.get()
  const words = message ? yield * storedWords(db, message.pk, message.n) : ''
  // During a yield another message may have been stored before it.
  const next = nextMessage.get()
  if (next?.pk !== message?.pk || next?.n !== message?.n) return

  const before = titles.all(message?.pk ?? null, STEP_TITLES)
  const lastTitle = before.at(-1)
  const isMore = lastTitle !== undefined && before.length === STEP_TITLES && lastTitle.pk !== message?.pk
  if (isMore) goTo.run(lastTitle.pk, TITLE_NUMBER)
  else if (message) goTo.run(message.pk, message.n)
  else finish(db)

  for (const { pk, title } of before) {
    addStoredEntry(db, pk, TITLE_NUMBER, titleWords(userOfKey(pk), title))
    setKey.run({ pk, key: titleKey(title) })
  }
  if (message && !isMore) addStoredEntry(db, message.pk, message.n, words)
}

function finish (db: Db) {
  statements(db).complete.run()
  stopUsingPrevious(db)
}

/** Merges the segments of single writes, because a search reads each segment. */
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
