import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { inspectFile, openReader } from '../db/open.js'
import { asFileError, FileError } from '../db/file-error.js'
import { derivedChecks, type Fault, fileChecks, runChecks } from './checks.js'
import { Sqlite } from '../db/sqlite.js'
import { storageCode } from '../writer/errors.js'

/** Ending of a copy that is not finished. */
export const UNFINISHED = '.part'

/** Part of a disk's free space that a copy leaves free, as a share of the copy. */
const MARGIN = 0.1

/**
 * Copies the database `from` to the new file `to`: readable by its owner only, checked, and on disk when this returns.
 * Writes to `from` go on meanwhile; the copy is of the moment it began. It has no deleted text and no free pages.
 * This blocks for as long as it takes to read everything a few times, so servers run it on a thread.
 * Returns the faults that `parley doctor --repair` can mend: the texts are there, so the copy is worth having.
 * @throws {FileError} when `from` is missing or damaged, there is no room, the disk fails, or the copy is not a sound
 * database. No file is left then.
 */
export function copyDatabase (from: string, to: string): Fault[] {
  if (!existsSync(from)) throw new FileError(`${from} is not there yet`)
  const part = to + UNFINISHED
  try {
    aboutSource(from, () => assertRoom(from, to))
    rmSync(part, { force: true })
    closeSync(openSync(part, 'wx', 0o600))
    aboutSource(from, () => vacuumInto(from, part))
    const faults = verify(part)
    syncPath(part)
    renameSync(part, to)
    syncPath(dirname(to))
    return faults
  } catch (error) {
    rmSync(part, { force: true })
    throw asFileError(to, error)
  }
}

/** @throws {FileError} naming the database, when `work` fails because it is damaged. */
function aboutSource (from: string, work: () => void) {
  try {
    work()
  } catch (error) {
    throw /^SQLITE_(CORRUPT|NOTADB)/.test(storageCode(error)) ? asFileError(from, error) : error
  }
}

/** Bytes that a copy of the database takes at most. */
export function copySize (path: string): number {
  const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    const value = (name: string) => Number(sqlite.pragma(name, { simple: true }))
    return (value('page_count') - value('freelist_count')) * value('page_size')
  } finally {
    sqlite.close()
  }
}

/** Bytes that are free to this user on the disk of a folder. */
export function freeBytes (folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

function assertRoom (from: string, to: string) {
  const [needed, free] = [copySize(from) * (1 + MARGIN), freeBytes(dirname(to))]
  if (needed > free) throw new FileError(`${to} needs ${Math.ceil(needed / 2 ** 20)} MiB, and its disk has ${Math.floor(free / 2 ** 20)} MiB free`)
}

function vacuumInto (from: string, to: string) {
  const sqlite = new Sqlite(from, { readonly: true, fileMustExist: true })
  try {
    // Raw SQL: Drizzle has no VACUUM.
    sqlite.prepare('VACUUM INTO ?').run(to)
  } finally {
    sqlite.close()
  }
}

/** @throws {FileError} when the copy cannot be read or is damaged. */
function verify (path: string): Fault[] {
  const { has, known } = inspectFile(path)
  const db = openReader(path)
  try {
    const [damage] = runChecks(db, fileChecks)
    if (damage) throw new FileError(`${path} is not a sound copy (${damage.check}: ${damage.detail}); see what is wrong with: parley doctor`)
    // The other checks know the newest tables only.
    return has === known ? runChecks(db, derivedChecks) : []
  } finally {
    db.$client.close()
  }
}

/** Makes the file's contents, or the folder's names, survive a power cut. */
export function syncPath (path: string) {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
