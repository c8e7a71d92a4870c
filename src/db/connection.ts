import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import * as schema from './schema.js'
import { type Connection, Sqlite } from './sqlite.js'

/** A connection as Drizzle wraps it. `$client` is the better-sqlite3 connection below, for raw SQL. */
export type Db = BetterSQLite3Database<typeof schema> & { $client: Connection }

/**
 * Pragmas of every connection. `synchronous` is FULL, because NORMAL can lose acknowledged writes when the power fails.
 * better-sqlite3 is compiled with NORMAL as the default for databases in WAL mode, so each connection sets it.
 * Sources: sqlite.org/pragma.html, sqlite.org/security.html.
 */
const everyConnection = {
  synchronous: 2,
  foreign_keys: 1,
  trusted_schema: 0,
  cell_size_check: 1,
  temp_store: 2
}

/** Pragmas of a connection that writes. */
export const writing = { ...everyConnection, secure_delete: 1, journal_size_limit: 67_108_864, cache_size: -64_000 }

/** Pragmas of a connection for queries only. */
export const reading = { ...everyConnection, query_only: 1, cache_size: -32_000 }

/** How long a statement waits for a lock of another connection. */
export const LOCK_TIMEOUT_MS = 5000

/** Wraps a connection for Drizzle. */
export function connect (sqlite: Connection): Db {
  return drizzle(sqlite, { schema })
}

/**
 * Opens an existing, migrated file for writing.
 * @throws when the file does not exist, or a pragma does not take its value.
 */
export function connectWriter (path: string): Db {
  const sqlite = new Sqlite(path, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS })
  applyPragmas(sqlite, writing)
  return connect(sqlite)
}

/**
 * Sets pragmas and reads each back: SQLite ignores a value that it cannot take.
 * @throws when a pragma has another value afterwards.
 */
export function applyPragmas (sqlite: Connection, pragmas: Record<string, number>) {
  for (const [name, value] of Object.entries(pragmas)) {
    sqlite.pragma(`${name} = ${value}`)
    const actual = sqlite.pragma(name, { simple: true })
    if (actual !== value) throw new Error(`SQLite keeps ${name} at ${actual} instead of ${value}`)
  }
}
