import { openReader } from '../../src/db/open.js'
import { allChecks, runChecks } from '../../src/maintenance/checks.js'

/** Checks all that must be true of a file, in use or not. @throws with what is wrong. */
export function assertSound (path: string) {
  const db = openReader(path)
  try {
    const faults = runChecks(db, allChecks)
    if (faults.length > 0) throw new Error(`${path} has faults: ${faults.map(({ check, detail }) => `${check}: ${detail}`).join('; ')}`)
    const half = db.$client.prepare(
      `SELECT count(*) FROM conversations copy JOIN conversations source ON source.conversation_id = copy.forked_from_conversation
       JOIN partitions p ON p.no = copy.partition_no AND p.state = 'live' WHERE copy.message_count <> source.message_count`).pluck().get()
    if (half !== 0) throw new Error(`${path} has ${half} copies that are not whole`)
  } finally {
    db.$client.close()
  }
}

/** One number of a file. */
export function valueOf (path: string, sql: string): number {
  const { $client: sqlite } = openReader(path)
  try {
    return Number(sqlite.prepare(sql).pluck().get())
  } finally {
    sqlite.close()
  }
}
