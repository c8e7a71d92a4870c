import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'

// Raw SQL: FTS5 commands and its shadow tables.
const statements = prepared(({ $client: sqlite }: Db) => ({
  merge: sqlite.prepare<[number]>('INSERT INTO search (search, rank) VALUES (\'merge\', ?)'),
  changes: sqlite.prepare<[], number>('SELECT total_changes()').pluck(),
  // `search_idx` is ordered by segment. Seeking to the next id skips the pages of the previous segment.
  segments: sqlite.prepare<[], number>(
    `WITH RECURSIVE segments (id) AS (
       SELECT min(segid) FROM search_idx
       UNION ALL SELECT (SELECT min(segid) FROM search_idx WHERE segid > id) FROM segments WHERE id IS NOT NULL)
     SELECT count(id) FROM segments`).pluck()
}))

/** Pages that one step writes. */
const STEP_PAGES = 16

/**
 * Segments that may stay while bulk work adds more. A search reads each segment. Merging them further takes longer than
 * writing them, and later segments would require most of those merges again.
 */
export const MAX_SEGMENTS_DURING_BULK_WORK = 32

/** Counts the segments of the search index. Each transaction with new entries adds one. Merges reduce them. */
export function countSegments (db: Db): number {
  return statements(db).segments.get() ?? 0
}

/** Merges segments of similar size in small steps. Stops when at most `maxSegments` are left or no merge is worthwhile. */
export function * mergeSegments (db: Db, maxSegments = 0): Generator<void, void, void> {
  const { merge, changes } = statements(db)
  while (countSegments(db) > maxSegments) {
    const before = changes.get() ?? 0
    merge.run(STEP_PAGES)
    const changed = (changes.get() ?? 0) - before
    yield
    // Fewer than two changed rows mean that no segment was merged (sqlite.org/fts5.html, "The 'merge' Command").
    if (changed < 2) return
  }
}
