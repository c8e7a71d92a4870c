import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'

/** The state of the WAL in pages: `log` in all, `checkpointed` of them copied to the file. */
interface WalState { busy: number, log: number, checkpointed: number }

// Raw SQL: pragmas.
const statements = prepared(({ $client: sqlite }: Db) => ({
  state: sqlite.prepare<[], WalState>('PRAGMA wal_checkpoint(NOOP)'),
  checkpoint: sqlite.prepare<[], WalState>('PRAGMA wal_checkpoint(PASSIVE)'),
  truncate: sqlite.prepare<[], WalState>('PRAGMA wal_checkpoint(TRUNCATE)'),
  timeout: sqlite.prepare<[], number>('PRAGMA busy_timeout').pluck()
}))

/**
 * A checkpoint starts at this many WAL pages and takes about 30 ms. A page that is rewritten before it is copied only
 * once. A reader searches every block of the WAL index for each page, and the first block has 4062 pages
 * (sqlite.org/walformat.html, "WAL-Index File Format").
 */
const WAL_PAGES_PER_CHECKPOINT = 4000

/** The WAL is truncated after this long without a write. */
const QUIET_MS = 5000
/** The WAL is truncated at this age in any case, so that deleted text leaves WAL and file within a minute. */
const MAX_AGE_MS = 30_000

/** The checkpoints of one connection. Both functions are called between transactions. */
export interface Checkpoints {
  /** Makes a checkpoint when the WAL is long. Returns whether pages were copied. */
  whenLong (): boolean
  /** Truncates the WAL when it is old. If a reader still needs it, nothing happens and the next call tries again. */
  whenOld (now: number): void
}

/**
 * Moves checkpoints out of the commits of a connection, so that no commit waits for one. `onOutcome` is called after each
 * checkpoint, with its error or null. After an error the WAL keeps the pages, and the next checkpoint tries again.
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
      const before = statements(db).state.get()
      if (!before || before.log - before.checkpointed < WAL_PAGES_PER_CHECKPOINT) return false
      const after = statements(db).checkpoint.get()
      return after !== undefined && after.checkpointed > before.checkpointed
    }, false)
  }

  function whenOld (now: number) {
    attempt(() => {
      const pages = statements(db).state.get()?.log ?? 0
      if (pages <= 0) filledSince = null
      else filledSince ??= now
      if (pages !== seenPages) [seenPages, seenAt] = [pages, now]
      const isOld = filledSince !== null && (now - seenAt >= QUIET_MS || now - filledSince >= MAX_AGE_MS)
      if (isOld && truncateWal(db)) filledSince = null
    }, undefined)
  }

  return { whenLong, whenOld }
}

/**
 * Copies the whole WAL to the file and truncates it. Does not wait for readers. Returns false when one still needs the
 * WAL.
 * @throws when the disk fails.
 */
export function truncateWal (db: Db): boolean {
  const timeout = statements(db).timeout.get()
  db.$client.pragma('busy_timeout = 0')
  try {
    return statements(db).truncate.get()?.busy === 0
  } finally {
    db.$client.pragma(`busy_timeout = ${timeout}`)
  }
}
