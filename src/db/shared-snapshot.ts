import type { Db } from './connection.js'
import { prepared } from './prepared.js'

/*
 * The invariant of this file and of `cached-until-commit.ts`: a reader never sees less than the last commit it was told of.
 * The writer counts a commit before it returns the result. So a caller that has the result finds a new count and reads again.
 */

/** The snapshot that the requests of one turn of the event loop share. */
export interface SharedSnapshot {
  /** Runs queries in the snapshot, which is opened if there is none, or if there was a commit since. */
  run <T> (read: () => T): T
  /** Ends the open snapshot, if any: the next query sees everything that was committed before it. */
  end (): void
  /** The number of commits so far. */
  commits (): number
  /** What `commits` returned before the last snapshot was opened. The snapshot sees that much, or more. */
  openedAt (): number
}

// Raw SQL: Drizzle's transactions take a function and cannot stay open between two calls.
const statements = prepared(({ $client: sqlite }: Db) => ({
  begin: sqlite.prepare('BEGIN'),
  rollback: sqlite.prepare('ROLLBACK')
}))

const snapshots = new WeakMap<Db, SharedSnapshot>()

/** The shared snapshot of a connection, if it has one. */
export function sharedSnapshotOf (db: Db): SharedSnapshot | undefined {
  return snapshots.get(db)
}

/** Begins a read transaction, in which all queries see one moment. */
export function beginSnapshot (db: Db) {
  statements(db).begin.run()
}

/**
 * Ends a read transaction, unless SQLite ended it by itself after a disk error. Never throws: a failure here is that of the
 * query before, and its caller has the error.
 */
export function endSnapshot (db: Db) {
  try {
    if (db.$client.inTransaction) statements(db).rollback.run()
  } catch {
    // If the transaction is still open, the next BEGIN fails, and its request reports the error.
  }
}

/**
 * Lets the requests of one turn of the event loop share a snapshot, because its lock costs as much as a short query.
 * The snapshot ends with the turn, or when `commits` returns another number. After awaiting a write, call `end`, so that
 * queries outside of a snapshot see the write too. For a connection that only reads.
 */
export function shareSnapshots (db: Db, commits: () => number): Pick<SharedSnapshot, 'end'> {
  let isOpen = false
  let isRunning = false
  let openedAt = commits()

  function open () {
    const now = commits()
    if (isOpen && openedAt === now) return
    end()
    beginSnapshot(db)
    isOpen = true
    openedAt = now
    setImmediate(end)
  }

  function end () {
    if (!isOpen) return
    isOpen = false
    endSnapshot(db)
  }

  function run <T> (read: () => T): T {
    if (isRunning) return read()
    open()
    isRunning = true
    try {
      return read()
    } finally {
      isRunning = false
    }
  }

  snapshots.set(db, { run, end, commits, openedAt: () => openedAt })
  return { end }
}
