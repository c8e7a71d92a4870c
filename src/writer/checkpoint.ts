import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'

/** What SQLite reports about the write-ahead log, in pages: how many it has, and how many of them are in the file. */
interface Log { busy: number, log: number, checkpointed: number }

const statements = prepared(({ $client: sqlite }: Db) => ({
  look: sqlite.prepare<[], Log>('PRAGMA wal_checkpoint(NOOP)'),
  writeBack: sqlite.prepare<[], Log>('PRAGMA wal_checkpoint(PASSIVE)'),
  truncate: sqlite.prepare<[], Log>('PRAGMA wal_checkpoint(TRUNCATE)'),
  timeout: sqlite.prepare<[], number>('PRAGMA busy_timeout').pluck()
}))

/**
 * Pages in the log that are worth a checkpoint. A page that is written several times before is copied once. A checkpoint
 * of this many takes about 30 ms. The first part of the log's index holds 4062 pages, and a reader looks for each page in
 * every part (sqlite.org/walformat.html, "WAL-Index File Format").
 */
const DUE_PAGES = 4000

/** The log is emptied when nothing was written for this long. */
const QUIET_MS = 5000
/** And when it has been filling for this long, so that deleted text leaves log and file within a minute. */
const MAX_AGE_MS = 30_000

/** The checkpoints of one connection. Both functions are called between transactions. */
export interface Checkpoints {
  /** Makes a checkpoint when the log is long. Returns whether pages were written back. */
  whenLong (): boolean
  /** Empties the log when it is old. While a reader still needs it nothing happens; the next call tries again. */
  whenOld (now: number): void
}

/**
 * Takes the checkpoints of a connection out of its commits, where SQLite makes them and everybody who waits for the commit
 * waits for them too. `onOutcome` is called with the error of each that failed and with null after each that did not:
 * the log still has what the disk would not take, and the next one tries again.
 */
export function checkpointsOf (db: Db, onOutcome: (error: unknown) => void = () => {}): Checkpoints {
  db.$client.pragma('wal_autocheckpoint = 0')
  let seenPages = 0
  let seenAt = 0
  let filledSince: number | null = null

  function attempt <T> (checkpoint: () => T, otherwise: T): T {
    try {
      const result = checkpoint()
      onOutcome(null)
      return result
    } catch (error) {
      onOutcome(error)
      return otherwise
    }
  }

  function whenLong () {
    return attempt(() => {
      const before = statements(db).look.get()
      if (!before || before.log - before.checkpointed < DUE_PAGES) return false
      const after = statements(db).writeBack.get()
      return after !== undefined && after.checkpointed > before.checkpointed
    }, false)
  }

  function whenOld (now: number) {
    attempt(() => {
      const pages = statements(db).look.get()?.log ?? 0
      if (pages <= 0) filledSince = null
      else filledSince ??= now
      if (pages !== seenPages) [seenPages, seenAt] = [pages, now]
      const isOld = filledSince !== null && (now - seenAt >= QUIET_MS || now - filledSince >= MAX_AGE_MS)
      if (isOld && emptyLog(db)) filledSince = null
    }, undefined)
  }

  return { whenLong, whenOld }
}

/**
 * Writes the whole log back and cuts it to nothing. Does not wait for readers: returns false when one still needs it.
 * @throws when the disk fails.
 */
export function emptyLog (db: Db): boolean {
  const timeout = statements(db).timeout.get()
  db.$client.pragma('busy_timeout = 0')
  try {
    return statements(db).truncate.get()?.busy === 0
  } finally {
    db.$client.pragma(`busy_timeout = ${timeout}`)
  }
}
