import type { Db } from './connection.js'
import { sharedSnapshotOf } from './shared-snapshot.js'

/** How long a value is cached without a commit. Another process may write to the file, and its commits are not counted. */
const CACHE_TTL_MS = 1000

/** Values that were read when `commits` commits had been counted. */
interface Cache<Key, Value> { values: Map<Key, Value>, commits: number, since: number }

/**
 * Caches what `read` returns for each key until the next commit. Use it for small values that every request needs. A
 * connection without a shared snapshot does not count commits, so it reads each time.
 */
export function cachedUntilCommit <Key, Value> (read: (db: Db, key: Key) => Value): (db: Db, key: Key) => Value {
  const caches = new WeakMap<Db, Cache<Key, Value>>()

  return (db, key) => {
    const snapshot = sharedSnapshotOf(db)
    if (!snapshot) return read(db, key)
    const cached = cacheAt(db, snapshot.commits())?.values.get(key)
    return cached === undefined ? snapshot.run(() => readAndCache(db, key, snapshot.openedAt())) : cached
  }

  function cacheAt (db: Db, commits: number) {
    const cache = caches.get(db)
    return cache?.commits === commits && performance.now() - cache.since < CACHE_TTL_MS ? cache : undefined
  }

  function readAndCache (db: Db, key: Key, commits: number) {
    const value = read(db, key)
    const cache = cacheAt(db, commits) ?? { values: new Map(), commits, since: performance.now() }
    caches.set(db, cache)
    cache.values.set(key, value)
    return value
  }
}
