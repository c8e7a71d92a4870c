import type { Db } from './connection.js'

/**
 * Prepares statements once per connection, on first use.
 *
 * Write a bound limit as `LIMIT ? + 0`. For a bare `LIMIT ?` SQLite plans the statement again for each new value, which
 * takes longer than many of these statements.
 */
export function prepared <T> (prepare: (db: Db) => T): (db: Db) => T {
  const cache = new WeakMap<Db, T>()
  return (db) => {
    const cached = cache.get(db)
    if (cached !== undefined) return cached
    const statements = prepare(db)
    cache.set(db, statements)
    return statements
  }
}
