import type { Db } from '../db/connection.js'
import { emptySearch } from '../search/index/commands.js'
import { searchFaults } from '../search/index/check.js'
import { storageCode } from '../writer/errors.js'

/** Something that must be true of a file, and how to make it true again where it can be derived from the rest. */
export interface Check {
  name: string
  /** What is wrong, in words; nothing when all is well. Reads only. */
  find (db: Db): string[]
  /** Derives what is wrong again from the texts, which it never changes. Null where nothing can be derived. */
  repair: ((db: Db) => void) | null
}

/** Faults of one kind that are told one by one; the rest are counted. */
const MAX_TOLD = 20

/** A check that is one query for rows that must not be there. */
function query (name: string, sql: string, tell: (row: Record<string, unknown>) => string, repair: string | null): Check {
  return {
    name,
    find: (db) => told(db.$client.prepare<[], Record<string, unknown>>(sql).iterate(), tell),
    repair: repair === null ? null : (db) => { db.$client.exec(repair) }
  }
}

function told <T> (rows: Iterable<T>, tell: (row: T) => string): string[] {
  const lines: string[] = []
  let count = 0
  for (const row of rows) if (++count <= MAX_TOLD) lines.push(tell(row))
  return count > MAX_TOLD ? [...lines, `… and ${count - MAX_TOLD} more`] : lines
}

// Raw SQL: packed keys, FTS5, and what Drizzle has no words for, such as REINDEX and json_each.
const wrongTags = `SELECT pk FROM conversations c WHERE
  (SELECT count(*) FROM conversation_tags WHERE conversation_pk = c.pk) <> json_array_length(c.tags)
  OR EXISTS (SELECT 1 FROM conversation_tags t WHERE t.conversation_pk = c.pk AND (
    t.list_row <> c.list_row OR t.partition_no <> c.partition_no OR t.is_archived <> c.is_archived OR t.updated_at <> c.updated_at
    OR t.created_at <> c.created_at OR t.title_key <> c.title_key OR t.archived_at IS NOT c.archived_at OR t.tag NOT IN (SELECT value FROM json_each(c.tags))))`

const wrongListRows = 'SELECT pk FROM conversations c LEFT JOIN list_rows r ON r.conversation_pk = c.pk WHERE r.row IS NOT c.list_row'

/** Conversations that somebody can see. Those being staged or swept have some of their messages only, and that is no fault. */
const seen = 'c.partition_no IN (SELECT no FROM partitions WHERE state = \'live\')'

const missingParents = `SELECT m.pk >> 18 AS pk, m.message_id AS id FROM messages m JOIN conversations c ON c.pk = m.pk >> 18
  WHERE ${seen} AND m.parent_message_id IS NOT NULL AND c.has_orphans = 0 AND NOT EXISTS (
    SELECT 1 FROM messages p WHERE p.message_id = m.parent_message_id AND p.pk >> 18 = m.pk >> 18)`

const wrongCounts = `SELECT c.pk AS pk, c.message_count AS has, (SELECT count(*) FROM messages m WHERE m.pk BETWEEN c.pk << 18 AND (c.pk << 18) + 262143) AS is_
  FROM conversations c WHERE ${seen} AND has <> is_`

const structure: Check = {
  name: 'structure of the file',
  find: (db) => told(structureFaults(db), String),
  // Indexes are made of the rows; damaged rows are not made of anything.
  repair: ({ $client: sqlite }) => { sqlite.exec('REINDEX') }
}

/** What SQLite finds. A page can be so damaged that it ends the check; what was found before is kept. */
function structureFaults ({ $client: sqlite }: Db): string[] {
  const faults: string[] = []
  try {
    for (const found of sqlite.prepare<[], string>('PRAGMA integrity_check').pluck().iterate()) {
      faults.push(...found.split('\n').filter((line) => line !== 'ok' && !line.startsWith('*** in database')))
    }
  } catch (error) {
    if (storageCode(error) === '') throw error
    faults.push(`${CANNOT_BE_CHECKED}: ${messageOf(error)}`)
  }
  return faults
}

const CANNOT_BE_CHECKED = 'cannot be checked'

/** Faults of pages that SQLite refuses to read, so that no query returns anything of them (`checkTreePage` in SQLite's btree.c). */
const UNREADABLE = new RegExp(`btreeInitPage\\(\\) returns error|unable to get the page|invalid page number|^${CANNOT_BE_CHECKED}`)
/** Faults of pages without contents. */
const UNUSED = /freelist/i
/** What else the check finds where a page cannot be read. */
const CONSEQUENCE = /^wrong # of entries in index|^row \d+ missing from index/

/**
 * Whether a query of this file may return a wrong result without an error, as where an index lacks rows. It may not where the faults are
 * pages that cannot be read: a query that needs one fails.
 */
export function canMislead (faults: Fault[]): boolean {
  const lines = faults.filter(({ check }) => check === structure.name).map(({ detail }) => detail)
  const hasUnreadable = lines.some((line) => UNREADABLE.test(line))
  return !lines.every((line) => UNREADABLE.test(line) || UNUSED.test(line) || (hasUnreadable && CONSEQUENCE.test(line)))
}

/** What costs one pass over the pages, or little. */
export const fileChecks: Check[] = [
  structure,
  query('foreign keys', 'PRAGMA foreign_key_check', ({ table, rowid, parent }) => `row ${rowid} of ${table} refers to a row of ${parent} that is not there`, null)
]

/** What compares rows with rows. */
const rowChecks: Check[] = [
  query('orphaned messages',
    'SELECT pk >> 18 AS pk, count(*) AS count FROM messages WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.pk = messages.pk >> 18) GROUP BY 1',
    ({ pk, count }) => `${count} messages belong to conversation ${pk}, which is not there`, null),
  query('missing parents', missingParents,
    ({ pk, id }) => `message ${id} of conversation ${pk} hangs below a message that is not there`,
    `UPDATE conversations SET has_orphans = 1 WHERE pk IN (SELECT pk FROM (${missingParents}))`),
  // Every cycle has a message whose parent is stored after it.
  query('cycles',
    `SELECT m.pk >> 18 AS pk, m.message_id AS id FROM messages m JOIN messages p ON p.message_id = m.parent_message_id AND p.pk >> 18 = m.pk >> 18
     WHERE p.pk >= m.pk`,
    ({ pk, id }) => `message ${id} of conversation ${pk} is stored before its parent, or hangs below itself`, null),
  query('message counts', wrongCounts, ({ pk, has, is_: is }) => `conversation ${pk} says it has ${has} messages, and has ${is}`,
    `UPDATE conversations SET message_count = w.is_ FROM (${wrongCounts}) AS w WHERE conversations.pk = w.pk`),
  query('list rows', wrongListRows, ({ pk }) => `the list shows conversation ${pk} otherwise than it is`,
    `INSERT INTO list_rows (conversation_pk, row) SELECT pk, list_row FROM conversations WHERE pk IN (${wrongListRows})
     ON CONFLICT (conversation_pk) DO UPDATE SET row = excluded.row`),
  query('tags', wrongTags, ({ pk }) => `the lists by tag show conversation ${pk} otherwise than it is`,
    // The trigger on this column writes them anew.
    `UPDATE conversations SET tags = tags WHERE pk IN (${wrongTags})`)
]

const search: Check = {
  name: 'search index',
  find: searchFaults,
  // Housekeeping of the next start fills it from the texts.
  repair: (db) => {
    restoreSettings(db)
    db.$client.transaction(emptySearch)(db)
  }
}

/** Without sound settings FTS5 takes no command, not even the one that empties the index. The values are those of the migrations. */
function restoreSettings ({ $client: sqlite }: Db) {
  // Allows a statement to write the tables of FTS5.
  sqlite.unsafeMode(true)
  try {
    sqlite.exec(`DELETE FROM search_config; INSERT INTO search_config (k, v) VALUES ('version', 4), ('secure-delete', 1),
      ('automerge', 0), ('crisismerge', 512), ('hashsize', 33554432)`)
  } finally {
    sqlite.unsafeMode(false)
  }
}

/** What must be true of the rows and the index, each beside the others. Takes a pass over all texts. */
export const derivedChecks: Check[] = [...rowChecks, search]

/** Everything that must be true of a file. */
export const allChecks: Check[] = [...fileChecks, ...derivedChecks]

/** One fault of a file. */
export interface Fault { check: string, detail: string }

/** Runs checks and returns what they find. A check that cannot read the file counts as a fault, too. */
export function runChecks (db: Db, checks: Check[], onCheck: (name: string) => void = () => {}): Fault[] {
  return checks.flatMap(({ name, find }) => {
    onCheck(name)
    return attempt(() => find(db)).map((detail) => ({ check: name, detail }))
  })
}

function attempt (find: () => string[]): string[] {
  try {
    return find()
  } catch (error) {
    return [`${CANNOT_BE_CHECKED}: ${messageOf(error)}`]
  }
}

function messageOf (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
