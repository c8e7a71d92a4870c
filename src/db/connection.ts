import Sqlite from 'better-sqlite3'

/** A database: what Drizzle makes of a connection, or a bare one. `$client` is the better-sqlite3 connection. */
export interface Db { readonly $client: Sqlite.Database }

/**
 * What every connection runs with, read back after it is set. FULL is set each time because better-sqlite3 is
 * compiled to fall back to NORMAL, which can lose acknowledged writes with the power, on every open but the first.
 * Sources: sqlite.org/pragma.html, sqlite.org/security.html.
 */
const everyConnection = {
  synchronous: 2,
  foreign_keys: 1,
  trusted_schema: 0,
  cell_size_check: 1,
  temp_store: 2
}

/** Settings of a connection that writes. */
export const writing = { ...everyConnection, secure_delete: 1, journal_size_limit: 67_108_864, cache_size: -64_000 }

/** Settings of a connection for queries only. */
export const reading = { ...everyConnection, query_only: 1, cache_size: -32_000 }

/** Milliseconds that a statement waits for a lock of another connection. */
export const LOCK_TIMEOUT = 5000

/**
 * Opens an existing, migrated file for writing. It loads nothing but SQLite, for the thread that keeps it open.
 * @throws when the file is not there, or a setting does not hold.
 */
export function connectWriter (path: string): Db {
  const sqlite = new Sqlite(path, { fileMustExist: true, timeout: LOCK_TIMEOUT })
  applySettings(sqlite, writing)
  return { $client: sqlite }
}

/** @throws when a setting does not hold. */
export function applySettings (sqlite: Sqlite.Database, settings: Record<string, number>) {
  for (const [name, value] of Object.entries(settings)) {
    sqlite.pragma(`${name} = ${value}`)
    const held = sqlite.pragma(name, { simple: true })
    if (held !== value) throw new Error(`SQLite keeps ${name} at ${held} instead of ${value}`)
  }
}
