import { prepared } from './prepared.js'
import type { Db } from './connection.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  begin: sqlite.prepare('BEGIN'),
  commit: sqlite.prepare('COMMIT')
}))

/** The snapshots of a connection that only reads. */
interface SharedSnapshots {
  run <T> (read: () => T): T
  /** Ends the one that is open, if any: what is read from now on sees all that was committed. */
  end (): void
  /** Another number after each commit. */
  commits (): number
  /** What `commits` was when the last snapshot was opened; it sees as much, if not more. */
  openedAt (): number
}

const shared = new WeakMap<Db, SharedSnapshots>()

/**
 * Runs queries that all see the same moment, whatever is written meanwhile. Each query outside of it takes and gives
 * back a lock of its own, so this is also the faster way to run several.
 */
export function inSnapshot <T> (db: Db, read: () => T): T {
  const snapshots = shared.get(db)
  if (snapshots) return snapshots.run(read)
  // The writer reads within its own transaction.
  if (db.$client.inTransaction) return read()
  statements(db).begin.run()
  try {
    return read()
  } finally {
    commit(db)
  }
}

/** SQLite may have ended the transaction by itself, after an error of the disk. */
function commit (db: Db) {
  if (db.$client.inTransaction) statements(db).commit.run()
}

/**
 * Lets requests that arrive together read from one snapshot: the lock alone costs as much as a short query does. It is
 * good until the turn of the event loop ends, or until `commits` changes, so a query in it sees whatever was committed
 * here before. For a connection that only reads; whoever was told of a write must `end` it before reading otherwise.
 */
export function shareSnapshots (db: Db, commits: () => number): Pick<SharedSnapshots, 'end'> {
  const { begin } = statements(db)
  let isOpen = false
  let isRunning = false
  let seen = commits()

  function open () {
    const now = commits()
    if (isOpen && seen === now) return
    end()
    begin.run()
    isOpen = true
    seen = now
    setImmediate(end)
  }

  function end () {
    if (!isOpen) return
    isOpen = false
    commit(db)
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

  shared.set(db, { run, end, commits, openedAt: () => seen })
  return { end }
}

/** Milliseconds after which something is read again although nothing was written here: another process may have. */
const LONGEST = 1000

/** What was read in snapshots that were opened at the same number of commits. */
interface Memory <Key, Value> { known: Map<Key, Value>, commits: number, since: number }

/**
 * Reads as `read` does, once for many requests: for the small things that each of them asks first. Where snapshots are
 * shared, what was read is good until the next commit; elsewhere it is read each time.
 */
export function knownUntilCommit <Key, Value> (read: (db: Db, key: Key) => Value): (db: Db, key: Key) => Value {
  const memories = new WeakMap<Db, Memory<Key, Value>>()

  return (db, key) => {
    const snapshots = shared.get(db)
    if (!snapshots) return read(db, key)
    const known = memoryAt(db, snapshots.commits())?.known.get(key)
    return known === undefined ? snapshots.run(() => remember(db, key, snapshots.openedAt())) : known
  }

  function memoryAt (db: Db, commits: number) {
    const memory = memories.get(db)
    return memory?.commits === commits && performance.now() - memory.since < LONGEST ? memory : undefined
  }

  function remember (db: Db, key: Key, commits: number) {
    const value = read(db, key)
    const memory = memoryAt(db, commits) ?? { known: new Map(), commits, since: performance.now() }
    memories.set(db, memory)
    memory.known.set(key, value)
    return value
  }
}
