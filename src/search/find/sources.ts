import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { isPreviousInUse } from '../index/previous.js'

/** SQL text that reads the index, or the index and the previous one. */
export interface IndexSql {
  /** Joins the SELECTs that `select` makes for each index. `isCurrent` is a further condition. */
  all (select: (table: string, isCurrent: string) => string): string
  /** What follows FROM for the entries that match `:match` in a range of rowids. */
  entries (range: string): string
  /** Selects the first word from `:word` on. NULL, or no row, for none. */
  wordFrom: string
}

const matching = (table: string, range: string) => `${table} WHERE ${table} MATCH :match AND rowid ${range}`

/** Reads the index alone. */
export const indexAlone: IndexSql = {
  all: (select) => select('search', ''),
  entries: (range) => matching('search', range),
  wordFrom: 'SELECT term FROM search_terms WHERE term >= :word LIMIT 1'
}

/** The entries of the previous index that the index does not have and that are not out of date. */
const isCurrent = `AND search_previous.rowid > (SELECT indexed_to FROM search_progress)
  AND search_previous.rowid NOT IN (SELECT pk FROM search_changed)`

/** Reads both indexes. No entry comes from both. */
export const bothIndexes: IndexSql = {
  all: (select) => `${select('search', '')} UNION ALL ${select('search_previous', isCurrent)}`,
  entries: (range) => `(SELECT rowid FROM ${matching('search', range)} UNION ALL SELECT rowid FROM ${matching('search_previous', range)} ${isCurrent})`,
  wordFrom: `SELECT min(term) FROM (
    SELECT * FROM (SELECT term FROM search_terms WHERE term >= :word LIMIT 1)
    UNION ALL SELECT * FROM (SELECT term FROM search_previous_terms WHERE term >= :word LIMIT 1))`
}

/** Like `prepared`, for statements that read the index. Those for both indexes are used only while a previous one is in use. */
export function preparedForIndex <T> (prepare: (db: Db, sql: IndexSql) => T): (db: Db) => T {
  const alone = prepared((db) => prepare(db, indexAlone))
  const both = prepared((db) => prepare(db, bothIndexes))
  return (db) => isPreviousInUse(db) ? both(db) : alone(db)
}
