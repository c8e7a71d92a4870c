import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { asFileError } from '../db/file-error.js'
import { type Connection, Sqlite } from '../db/sqlite.js'

/** Who holds a database file. */
export interface Holder {
  pid: number
  host: string
  /** What the process does, such as `server`. */
  purpose: string
  /** Milliseconds since 1970. */
  since: number
}

/** A lock on a database file, held until it is released or the process ends, however it ends. */
export interface FileLock {
  /** The holder before this one, when it ended without releasing the lock: a crash, a kill or a power cut. */
  crashed: Holder | null
  release (): void
}

/** A holder that took the lock this instant and has not written its row yet. */
const unknownHolder: Holder = { pid: 0, host: 'this machine', purpose: 'starting', since: 0 }

/** The file is in use by another process. The message is one line that names it. */
export class LockedError extends Error {
  override name = 'LockedError'
  readonly holder: Holder

  constructor (path: string, holder: Holder) {
    super(`${path} is in use by ${describe(holder)}; stop it first`)
    this.holder = holder
  }
}

/**
 * Takes the lock of the database at `path`, which need not exist yet.
 *
 * The lock is SQLite's own, on the side file `PATH-lock`: an open write transaction. The operating system gives it up when
 * the process ends, so a crash leaves no stale lock, and others can still read the holder's row. Nothing in this process
 * may open the side file by other means: closing any descriptor of a file drops the process's POSIX locks on it
 * (sqlite.org/howtocorrupt.html, section 2.2).
 * @throws {LockedError} when another process holds it.
 * @throws {FileError} when the side file cannot be made.
 */
export function lockFile (path: string, purpose: string): FileLock {
  const sqlite = openSideFile(path)
  try {
    return hold(sqlite, { pid: process.pid, host: hostname(), purpose, since: Date.now() })
  } catch (error) {
    const failure = isBusy(error) ? new LockedError(path, readHolder(sqlite) ?? unknownHolder) : error
    sqlite.close()
    throw failure
  }
}

/**
 * Takes the lock of the database at `path` to replace or mend the file. An import of the command line can go on after the
 * server beside which it began has stopped, so it is looked for, too.
 * @throws {LockedError} when another process holds the lock or imports.
 */
export function lockFileAlone (path: string, purpose: string): FileLock {
  const lock = lockFile(path, purpose)
  const importer = holderOf(importLockOf(path))
  if (!importer) return lock
  lock.release()
  throw new LockedError(path, importer)
}

/** The path whose lock `parley import` holds, so that a server knows that staged rows have an owner. */
export function importLockOf (path: string) {
  return `${path}-import`
}

/** The process that holds the lock of the database at `path`, or null when none does. */
export function holderOf (path: string): Holder | null {
  if (!existsSync(`${path}-lock`)) return null
  const sqlite = new Sqlite(`${path}-lock`, { timeout: 0 })
  try {
    sqlite.exec('BEGIN IMMEDIATE; ROLLBACK')
    return null
  } catch (error) {
    if (!isBusy(error)) throw error
    return readHolder(sqlite) ?? unknownHolder
  } finally {
    sqlite.close()
  }
}

function openSideFile (path: string): Connection {
  const side = `${path}-lock`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    if (!existsSync(side)) createSideFile(side)
    return new Sqlite(side, { timeout: 0 })
  } catch (error) {
    throw asFileError(path, error)
  }
}

function createSideFile (side: string) {
  try {
    closeSync(openSync(side, 'wx', 0o600))
  } catch (error) {
    // Another process has just created it.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

// Raw SQL: this file has one table of its own, and its transaction stays open.
function hold (sqlite: Connection, holder: Holder): FileLock {
  sqlite.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, purpose TEXT, since INTEGER)')
  const crashed = readHolder(sqlite)
  sqlite.exec('DELETE FROM holder')
  sqlite.prepare('INSERT INTO holder VALUES (:pid, :host, :purpose, :since)').run(holder)
  // Others read the row only once it is committed, which gives up the lock for a moment.
  sqlite.exec('COMMIT; BEGIN IMMEDIATE')
  const row = readHolder(sqlite)
  if (row?.pid !== holder.pid || row.host !== holder.host || row.since !== holder.since) {
    sqlite.exec('ROLLBACK')
    return hold(sqlite, holder)
  }
  return {
    crashed,
    release () {
      if (!sqlite.open) return
      try {
        sqlite.exec('DELETE FROM holder; COMMIT')
      } catch {
        // On a full or failing disk, or when somebody removed the side file: then this end looks like a crash.
      } finally {
        sqlite.close()
      }
    }
  }
}

function isBusy (error: unknown) {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function readHolder (sqlite: Connection): Holder | null {
  try {
    return sqlite.prepare<[], Holder>('SELECT pid, host, purpose, since FROM holder').get() ?? null
  } catch {
    // Its first holder is about to write the row.
    return null
  }
}

function describe ({ pid, host, purpose, since }: Holder) {
  return `process ${pid} (${purpose}) on ${host}, since ${new Date(since).toISOString()}`
}
