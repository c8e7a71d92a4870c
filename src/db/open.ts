import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { migrationsFolder } from '../paths.js'
import { applyPragmas, connect, type Db, LOCK_TIMEOUT_MS, reading, writing } from './connection.js'
import { asFileError, FileError } from './file-error.js'
import { fileVersion, migrate, readMigrations } from './migrations.js'
import { type Connection, Sqlite } from './sqlite.js'

/** Marks the file as Parley's, so that another program's database is never migrated by mistake ("Prly"). */
const APPLICATION_ID = 0x50726c79

/** Older libraries can corrupt a WAL database that two threads write or checkpoint at the same instant. */
const OLDEST_SQLITE = [3, 51, 3]

/**
 * Opens the file at `path` (or `:memory:`) for writing. Creates and migrates it as needed. `onStep` is called before each
 * migration with its number.
 * @throws {FileError} when the file cannot be used. Its message says what to do.
 */
export function openWriter (path: string, folder = migrationsFolder, onStep?: (n: number) => void): Db {
  return describingFaults(path, () => {
    if (path !== ':memory:') createPrivately(path)
    const sqlite = new Sqlite(path, { timeout: LOCK_TIMEOUT_MS })
    try {
      return prepareForWriting(sqlite, path, folder, onStep)
    } catch (error) {
      sqlite.close()
      throw error
    }
  })
}

/**
 * Opens an existing, migrated file for queries only.
 * @throws {FileError} when the file cannot be used.
 */
export function openReader (path: string): Db {
  return describingFaults(path, () => {
    const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: LOCK_TIMEOUT_MS })
    applyPragmas(sqlite, reading)
    return connect(sqlite)
  })
}

/** How many migrations a file has had, and how many there are. */
export interface FileVersion { has: number, known: number }

/**
 * Looks at a file and changes nothing. A file that is missing or empty has had no migration.
 * @throws {FileError} when it cannot be read, belongs to another program, or comes from a newer version.
 */
export function inspectFile (path: string, folder = migrationsFolder): FileVersion {
  return describingFaults(path, () => {
    const migrations = readMigrations(folder)
    const stat = statSync(path, { throwIfNoEntry: false })
    // SQLite would call a folder a failing disk.
    if (stat?.isDirectory()) throw new FileError(`${path} is a folder; set DATABASE_PATH to a file`)
    if (!stat || stat.size === 0) return { has: 0, known: migrations.length }
    const sqlite = new Sqlite(path, { readonly: true, timeout: LOCK_TIMEOUT_MS })
    try {
      assertOwnFile(sqlite, path)
      return { has: fileVersion(sqlite, migrations, path), known: migrations.length }
    } finally {
      sqlite.close()
    }
  })
}

function describingFaults <T> (path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    throw asFileError(path, error)
  }
}

/** Creates the file for its owner only: SQLite would let the umask decide. WAL and shm get the mode of the file. */
function createPrivately (path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}

function prepareForWriting (sqlite: Connection, path: string, folder: string, onStep?: (n: number) => void): Db {
  assertLibraryVersion(sqlite)
  claimFile(sqlite, path)
  const journal = sqlite.pragma('journal_mode = WAL', { simple: true })
  if (path !== ':memory:' && journal !== 'wal') throw new Error(`${path}: SQLite offers ${journal} instead of a write-ahead log`)

  // Rebuilding a table drops it, and with foreign keys on that cascades into its children.
  // Migrations run in a transaction, where their own `PRAGMA foreign_keys` does nothing.
  sqlite.pragma('foreign_keys = OFF')
  migrate(sqlite, readMigrations(folder), path, onStep)
  applyPragmas(sqlite, writing)
  return connect(sqlite)
}

function assertLibraryVersion (sqlite: Connection) {
  const version = String(sqlite.prepare('SELECT sqlite_version()').pluck().get())
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const [a = 0, b = 0, c = 0] = OLDEST_SQLITE
  const isNewEnough = major !== a ? major > a : minor !== b ? minor > b : patch >= c
  if (!isNewEnough) throw new Error(`SQLite ${version} is too old; ${OLDEST_SQLITE.join('.')} or newer is needed`)
}

function claimFile (sqlite: Connection, path: string) {
  if (assertOwnFile(sqlite, path)) return
  // SQLite takes this for an empty file only. `reclaimSpace` needs it to give space back to the disk.
  sqlite.pragma('auto_vacuum = INCREMENTAL')
  sqlite.pragma(`application_id = ${APPLICATION_ID}`)
}

/**
 * Whether the file is marked as Parley's. An empty file is not.
 * @throws {FileError} when it belongs to another program.
 */
function assertOwnFile (sqlite: Connection, path: string): boolean {
  const owner = sqlite.pragma('application_id', { simple: true })
  if (owner === APPLICATION_ID) return true
  const tables = sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (owner !== 0 || tables !== 0) {
    throw new FileError(`${path} is a database of another program; set DATABASE_PATH to another file`)
  }
  return false
}
