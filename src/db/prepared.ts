import type { Db } from './connection.js'

/**
 * Statements prepared once per connection, on first use. A limit that is bound is written as a sum (`LIMIT ? + 0`): SQLite
 * looks at the value of a bare parameter there when it plans, and would plan again whenever another is bound, which
 * takes longer than many of these statements do.
 */
export function prepared <T> (prepare: (db: Db) => T): (db: Db) => T {
  const cache = new WeakMap<Db, T>()
  return (db) => {
    const known = cache.get(db)
    if (known !== undefined) return known
    const made = prepare(db)
    cache.set(db, made)
    return made
  }
}
