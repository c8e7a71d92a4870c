import { knownUntilCommit } from '../db/snapshot.js'
import { prepared } from '../db/prepared.js'
import type { Db } from '../db/connection.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  live: sqlite.prepare<[number], number>(
    'SELECT no FROM partitions WHERE user_no = ? AND state = \'live\' ORDER BY no').pluck(),
  create: sqlite.prepare<[number, string, number], number>(
    'INSERT INTO partitions (user_no, state, created_at) VALUES (?, ?, ?) RETURNING no').pluck(),
  changeState: sqlite.prepare<[string, number]>('UPDATE partitions SET state = ? WHERE no = ?')
}))

/** What a partition can be, see `db/schema.ts`. */
export type PartitionState = 'live' | 'staged' | 'dropped' | 'discarded'

/** The partitions whose conversations a user sees; the first is their home. */
export function livePartitions (db: Db, userNo: number): number[] {
  return statements(db).live.all(userNo)
}

/** The same, remembered until something is committed. */
export const knownPartitions = knownUntilCommit(livePartitions)

/** A new, empty partition. */
export function createPartition (db: Db, userNo: number, state: PartitionState, now: number): number {
  const no = statements(db).create.get(userNo, state, now)
  if (no === undefined) throw new Error('SQLite returned no partition number')
  return no
}

/** The partition new conversations go to; made on first use. */
export function homePartition (db: Db, userNo: number, now: number): number {
  return livePartitions(db, userNo)[0] ?? createPartition(db, userNo, 'live', now)
}

/** Shows or hides everything in a partition at once. */
export function changePartition (db: Db, no: number, state: PartitionState) {
  statements(db).changeState.run(state, no)
}
