import type { Db } from './connection.js'
import { prepared } from './prepared.js'
import { sharedSnapshotOf } from './shared-snapshot.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  // Other processes write, too: sqlite.org/pragma.html#pragma_data_version.
  dataVersion: sqlite.prepare<[], number>('PRAGMA data_version').pluck(),
  changes: sqlite.prepare<[], number>('SELECT total_changes()').pluck()
}))

/** A text that differs after every commit, of whatever connection. It means something to this process only. */
export function databaseVersion (db: Db): string {
  const { dataVersion, changes } = statements(db)
  const commits = sharedSnapshotOf(db)?.openedAt() ?? changes.get() ?? 0
  return `${dataVersion.get()}-${commits}`
}
