import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { migrationsFolder } from '../paths.js'
import { applySettings, LOCK_TIMEOUT, reading, writing } from './connection.js'
import * as schema from './schema.js'

/** What Drizzle makes of a connection. */
export type DrizzleDb = BetterSQLite3Database<typeof schema> & { $client: Sqlite.Database }

/** Marks the file as Parley's, so that another program's database is never migrated by mistake ("Prly"). */
const APPLICATION_ID = 0x50726c79

/** Older libraries can corrupt a WAL database that two threads write or checkpoint at the same instant. */
const OLDEST_SQLITE = [3, 51, 3]

/**
 * Opens the file at `path` (or `:memory:`) for writing; creates and migrates it as needed.
 * @throws when the file belongs to another program, or a setting does not hold.
 */
export function openWriter (path: string, folder = migrationsFolder): DrizzleDb {
  if (path !== ':memory:') createPrivately(path)
  const sqlite = new Sqlite(path, { timeout: LOCK_TIMEOUT })
  try {
    return prepareForWriting(sqlite, path, folder)
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** Opens an existing, migrated file for queries only. */
export function openReader (path: string): DrizzleDb {
  const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: LOCK_TIMEOUT })
  applySettings(sqlite, reading)
  return drizzle(sqlite, { schema })
}

/** SQLite alone would let the umask decide who reads the file; what it puts beside the file follows the file. */
function createPrivately (path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}

function prepareForWriting (sqlite: Sqlite.Database, path: string, folder: string): DrizzleDb {
  assertVersion(sqlite)
  claimFile(sqlite, path)
  const journal = sqlite.pragma('journal_mode = WAL', { simple: true })
  if (path !== ':memory:' && journal !== 'wal') throw new Error(`${path}: SQLite offers ${journal} instead of a write-ahead log`)
  const db: DrizzleDb = drizzle(sqlite, { schema })

  // Rebuilding a table drops it, and with foreign keys on that cascades into its children.
  // Migrations run in a transaction, where their own `PRAGMA foreign_keys` does nothing.
  sqlite.pragma('foreign_keys = OFF')
  migrate(db, { migrationsFolder: folder })
  applySettings(sqlite, writing)
  return db
}

function assertVersion (sqlite: Sqlite.Database) {
  const version = String(sqlite.prepare('SELECT sqlite_version()').pluck().get())
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const [a = 0, b = 0, c = 0] = OLDEST_SQLITE
  const isNewEnough = major !== a ? major > a : minor !== b ? minor > b : patch >= c
  if (!isNewEnough) throw new Error(`SQLite ${version} is too old; ${OLDEST_SQLITE.join('.')} or newer is needed`)
}

function claimFile (sqlite: Sqlite.Database, path: string) {
  const owner = sqlite.pragma('application_id', { simple: true })
  if (owner === APPLICATION_ID) return
  const tables = sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (owner !== 0 || tables !== 0) throw new Error(`${path} is a database of another program`)
  // Only an empty file takes this; it lets the space of deleted conversations go back to the disk.
  sqlite.pragma('auto_vacuum = INCREMENTAL')
  sqlite.pragma(`application_id = ${APPLICATION_ID}`)
}
