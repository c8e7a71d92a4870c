import type { Db } from './open.js'

/** Statements prepared once per connection, on first use. */
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
