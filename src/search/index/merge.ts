import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  merge: sqlite.prepare<[number]>('INSERT INTO search (search, rank) VALUES (\'merge\', ?)'),
  changes: sqlite.prepare<[], number>('SELECT total_changes()').pluck(),
  // The table is ordered by segment, and each is found without passing over the pages of the one before.
  segments: sqlite.prepare<[], number>(
    `WITH RECURSIVE segments (id) AS (
       SELECT min(segid) FROM search_idx
       UNION ALL SELECT (SELECT min(segid) FROM search_idx WHERE segid > id) FROM segments WHERE id IS NOT NULL)
     SELECT count(id) FROM segments`).pluck()
}))

/** Pages that one step writes. */
const STEP = 16

/**
 * Segments that are few enough while bulk work makes more of them. A search looks in each; but to merge them further takes
 * longer than to make them, and most of it would have to be done again.
 */
export const FEW_MEANWHILE = 32

/** Segments of the search index: what each transaction with new entries adds one of, and merges make fewer. */
export function countSegments (db: Db): number {
  return statements(db).segments.get() ?? 0
}

/**
 * Merges segments of the search index, those of one size with each other, until at most `enough` are left, or none that
 * are worth it.
 */
export function * mergeSegments (db: Db, enough = 0): Generator<void, void, void> {
  const { merge, changes } = statements(db)
  while (countSegments(db) > enough) {
    const before = changes.get() ?? 0
    merge.run(STEP)
    const changed = (changes.get() ?? 0) - before
    yield
    // Less than two rows changed means there was nothing to merge; sqlite.org/fts5.html, "The 'merge' Command".
    if (changed < 2) return
  }
}
