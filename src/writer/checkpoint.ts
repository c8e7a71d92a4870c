import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'

/** What SQLite says of the write-ahead log, in pages: how many it has, and how many of them are in the file. */
interface Log { log: number, checkpointed: number }

const statements = prepared(({ $client: sqlite }: Db) => ({
  look: sqlite.prepare<[], Log>('PRAGMA wal_checkpoint(NOOP)'),
  writeBack: sqlite.prepare<[], Log>('PRAGMA wal_checkpoint(PASSIVE)')
}))

/**
 * Pages in the log that are worth a checkpoint. One that is written again before that goes to the file once, and a
 * checkpoint of so many takes about 30 ms. The first part of the log's index holds 4062 pages, and who reads looks for
 * each page in every part of it (sqlite.org/walformat.html, "WAL-Index File Format").
 */
const MANY = 4000

/**
 * Takes the checkpoints of a connection out of its commits, where SQLite has them and whoever waits for the commit waits
 * for them too. The function it answers has to be called between transactions: it makes a checkpoint when one is due and
 * answers whether anything was written back.
 */
export function checkpointsOf (db: Db): () => boolean {
  db.$client.pragma('wal_autocheckpoint = 0')
  return () => {
    const { look, writeBack } = statements(db)
    try {
      const before = look.get()
      if (!before || before.log - before.checkpointed < MANY) return false
      const after = writeBack.get()
      return after !== undefined && after.checkpointed > before.checkpointed
    } catch {
      // As with SQLite's own: the log still has what the disk would not take, and the next checkpoint tries again.
      return false
    }
  }
}
