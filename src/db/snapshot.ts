import type { Db } from './connection.js'
import { beginSnapshot, endSnapshot, sharedSnapshotOf } from './shared-snapshot.js'

/**
 * Runs queries that all see one snapshot of the database. Several queries are also faster this way, because outside of a
 * snapshot each takes and releases a lock.
 */
export function inSnapshot <T> (db: Db, read: () => T): T {
  const shared = sharedSnapshotOf(db)
  if (shared) return shared.run(read)
  // The writer has a transaction of its own.
  if (db.$client.inTransaction) return read()
  beginSnapshot(db)
  try {
    return read()
  } finally {
    endSnapshot(db)
  }
}
