import type { Db } from './connection.js'
import { beginSnapshot, endSnapshot, sharedSnapshotOf } from './shared-snapshot.js'

/**
 * Runs queries that all see one snapshot of the database, whatever is written meanwhile. Several queries are also faster
 * this way: outside of a snapshot each of them takes and releases a lock of its own.
 */
export function inSnapshot <T> (db: Db, read: () => T): T {
  const shared = sharedSnapshotOf(db)
  if (shared) return shared.run(read)
  // The writer reads within its own transaction.
  if (db.$client.inTransaction) return read()
  beginSnapshot(db)
  try {
    return read()
  } finally {
    endSnapshot(db)
  }
}
