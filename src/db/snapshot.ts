import type { Db } from './open.js'
import { prepared } from './prepared.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  begin: sqlite.prepare('BEGIN'),
  end: sqlite.prepare('COMMIT')
}))

/**
 * Runs queries that all see the same moment, whatever is written meanwhile. Each query outside of it takes and gives
 * back a lock of its own, so this is also the faster way to run several.
 */
export function inSnapshot <T> (db: Db, read: () => T): T {
  // The writer reads within its own transaction.
  if (db.$client.inTransaction) return read()
  const { begin, end } = statements(db)
  begin.run()
  try {
    return read()
  } finally {
    end.run()
  }
}
