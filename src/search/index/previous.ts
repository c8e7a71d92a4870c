import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'

/*
 * The previous index. When the tokenizer changes, a complete index becomes `search_previous`, and a new `search` is filled in the
 * order of the keys. Until it is complete, searches read both: the previous one for keys above `indexed_to`, except those in
 * `search_changed` (`search/find/sources.ts`).
 */

/**
 * The oldest tokenizer version whose tokens today's searches still find. Raise it when most words would not be found, such as
 * after a change of the prefix of the tokens.
 */
const OLDEST_USABLE_VERSION = 1

/** Rows of a removed index that one step deletes, in a few milliseconds. Each has about 4 KB. */
const STEP_ROWS = 50

/** Keys that one step forgets. */
const STEP_KEYS = 5000

/** Rows of an index without entries: its structure and its averages (sqlite.org/fts5.html, "The %_data Table"). */
const ROWS_OF_EMPTY_INDEX = 2

// Raw SQL: FTS5 commands, and names of tables that change.
const statements = prepared(({ $client: sqlite }: Db) => ({
  isInUse: sqlite.prepare<[], number>('SELECT previous_rules <> \'\' FROM search_progress').pluck(),
  rules: sqlite.prepare<[], string>('SELECT previous_rules FROM search_progress').pluck(),
  setRules: sqlite.prepare<[string]>('UPDATE search_progress SET previous_rules = ?'),
  empty: sqlite.prepare('INSERT INTO search_previous (search_previous) VALUES (\'delete-all\')'),
  rows: sqlite.prepare<[number], number>('SELECT count(*) FROM (SELECT 1 FROM search_previous_data LIMIT ? + 0)').pluck(),
  forgetIndexed: sqlite.prepare('UPDATE search_changed SET is_indexed = 0'),
  forgetAll: sqlite.prepare('DELETE FROM search_changed'),
  isLeft: sqlite.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM search_changed) OR EXISTS (SELECT 1 FROM search_remains)').pluck(),
  forgetKeys: sqlite.prepare<[number]>('DELETE FROM search_changed WHERE pk IN (SELECT pk FROM search_changed LIMIT ? + 0)'),
  removeRows: sqlite.prepare<[number]>('DELETE FROM search_remains WHERE id IN (SELECT id FROM search_remains LIMIT ? + 0)')
}))

/** Whether a previous index answers for the keys that the index does not cover yet. */
export function isPreviousInUse (db: Db): boolean {
  return statements(db).isInUse.get() === 1
}

/** The version of the previous index, or an empty text. */
export function previousVersion (db: Db): string {
  return statements(db).rules.get() ?? ''
}

/** Whether an index of this tokenizer version is of use to today's searches. */
export function isUsable (version: string): boolean {
  return Number.parseInt(version) >= OLDEST_USABLE_VERSION
}

/** Makes the index the previous one, and leaves an empty index in its place. */
export function keepAsPrevious (db: Db, version: string) {
  // What `removePrevious` has not come to.
  statements(db).empty.run()
  statements(db).forgetAll.run()
  exchangeNames(db, 'search', 'search_previous')
  statements(db).setRules.run(version)
}

/** Records that the index, which was emptied, has none of the changed entries. */
export function forgetIndexedChanges (db: Db) {
  statements(db).forgetIndexed.run()
}

/** Makes searches stop reading the previous index. `removePrevious` removes it later. */
export function stopUsingPrevious (db: Db) {
  statements(db).setRules.run('')
}

/** Removes a previous index that is no longer in use, in steps. */
export function * removePrevious (db: Db): Generator<void, void, void> {
  if (isPreviousInUse(db)) return
  yield * removeRemains(db)
  if ((statements(db).rows.get(ROWS_OF_EMPTY_INDEX + 1) ?? 0) <= ROWS_OF_EMPTY_INDEX) return
  withShadowTables(db, () => exchangeNames(db, 'search_previous_data', 'search_remains'))
  statements(db).empty.run()
  yield
  yield * removeRemains(db)
}

function * removeRemains (db: Db): Generator<void, void, void> {
  const { isLeft, forgetKeys, removeRows } = statements(db)
  while (isLeft.get()) {
    forgetKeys.run(STEP_KEYS)
    removeRows.run(STEP_ROWS)
    yield
  }
}

function exchangeNames ({ $client: sqlite }: Db, one: string, other: string) {
  sqlite.exec(`ALTER TABLE ${one} RENAME TO search_exchanged; ALTER TABLE ${other} RENAME TO ${one}; ALTER TABLE search_exchanged RENAME TO ${other}`)
}

/** Runs `change`, which may rename a table that belongs to FTS5. better-sqlite3 protects those otherwise. */
function withShadowTables ({ $client: sqlite }: Db, change: () => void) {
  sqlite.unsafeMode(true)
  try {
    change()
  } finally {
    sqlite.unsafeMode(false)
  }
}
