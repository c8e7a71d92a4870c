import type { Db } from '../../db/connection.js'
import { conversationOfMessage, messageKey, numberOfMessage } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { defineCommand } from '../../writer/command.js'
import { flushEntries, indexMessage, indexTitle } from './entries.js'
import { FEW_MEANWHILE, mergeSegments } from './merge.js'
import { CUTTING_RULES } from './tokenizer.js'

interface StoredMessage { pk: number, n: number, body: string }
interface StoredTitle { pk: number, title: string }

/** Above every key. */
const EVERYTHING = '9223372036854775807'

const statements = prepared(({ $client: sqlite }: Db) => ({
  rules: sqlite.prepare<[], string>('SELECT rules FROM search_progress').pluck(),
  adoptRules: sqlite.prepare<[string]>('UPDATE search_progress SET rules = ?'),
  empty: sqlite.prepare('INSERT INTO search (search) VALUES (\'delete-all\')'),
  startOver: sqlite.prepare('UPDATE search_progress SET indexed_to = 0'),
  isComplete: sqlite.prepare<[], number>(`SELECT indexed_to = ${EVERYTHING} FROM search_progress`).pluck(),
  complete: sqlite.prepare(`UPDATE search_progress SET indexed_to = ${EVERYTHING}`),
  goTo: sqlite.prepare<[number, number]>(`UPDATE search_progress SET indexed_to = ${messageKey('?', '?')}`),
  messages: sqlite.prepare<[number], StoredMessage>(
    `SELECT ${conversationOfMessage('pk')} AS pk, ${numberOfMessage('pk')} AS n, body FROM messages
     WHERE pk > (SELECT indexed_to FROM search_progress) ORDER BY pk LIMIT ? + 0`),
  titles: sqlite.prepare<[number | null, number], StoredTitle>(
    `SELECT pk, title FROM conversations
     WHERE pk > (SELECT ${conversationOfMessage('indexed_to')} FROM search_progress) AND pk <= coalesce(?, pk) ORDER BY pk LIMIT ? + 0`),
  isImporting: sqlite.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM partitions WHERE state IN (\'staged\', \'publishing\'))').pluck()
}))

/** Entries that one step of a rebuild adds. */
const STEP = 50

/** Takes the index as it is, or empties one whose words were cut by other rules; `rebuildSearch` then fills it. */
export const prepareSearch = defineCommand({
  name: 'prepareSearch',
  kind: 'short',
  run (db) {
    const rules = statements(db).rules.get()
    if (rules === CUTTING_RULES) return
    if (rules !== '') emptySearch(db)
    statements(db).adoptRules.run(CUTTING_RULES)
  }
})

/** Takes every entry out; `rebuildSearch` puts them in again. */
export function emptySearch (db: Db) {
  statements(db).empty.run()
  statements(db).startOver.run()
}

/** Indexes what is stored and not indexed yet, in the order of its keys; what is written meanwhile is kept up too. */
export const rebuildSearch = defineCommand({
  name: 'rebuildSearch',
  kind: 'bulk',
  lane: () => 'index',
  * run (db): Generator<void, void, void> {
    while (!statements(db).isComplete.get()) {
      indexSome(db)
      yield
      yield * mergeSegments(db, FEW_MEANWHILE)
    }
  }
})

function indexSome (db: Db) {
  const messages = statements(db).messages.all(STEP)
  const last = messages.at(-1)
  const titles = statements(db).titles.all(last?.pk ?? null, STEP)
  const lastTitle = titles.at(-1)
  // Titles of conversations without messages can outnumber a step; then it ends with them.
  const isCut = lastTitle !== undefined && titles.length === STEP && (!last || lastTitle.pk < last.pk)
  if (isCut) statements(db).goTo.run(lastTitle.pk, 0)
  else if (last) statements(db).goTo.run(last.pk, last.n)
  else statements(db).complete.run()

  for (const { pk, title } of titles) indexTitle(db, pk, title)
  for (const { pk, n, body } of messages) {
    if (!isCut || pk < lastTitle.pk) indexMessage(db, pk, n, JSON.parse(body))
  }
  flushEntries(db)
}

/** Merges what single writes left in the index, so that a search has few places to look in. */
export const mergeSearch = defineCommand({
  name: 'mergeSearch',
  kind: 'bulk',
  lane: () => 'index',
  run (db) {
    return mergeSegments(db, statements(db).isImporting.get() ? FEW_MEANWHILE : 0)
  }
})

/** The upkeep of the search index. */
export const searchCommands = [prepareSearch, rebuildSearch, mergeSearch]
