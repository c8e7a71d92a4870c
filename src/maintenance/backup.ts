import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { asPathError } from '../db/file-error.js'
import { isMissingFile } from '../missing-file.js'
import type { Fault } from './checks.js'
import { copyDatabase, syncPath, UNFINISHED } from './copy-database.js'

/** A backup that is there. */
export interface Backup {
  path: string
  bytes: number
  /** Milliseconds since 1970. */
  madeAt: number
}

/** A backup that was just made, with the faults of the database that it repeats. */
export interface NewBackup extends Backup { faults: Fault[] }

/** Names of backups, which hold the moment they were made at: `parley-20260102T100000Z.db`. No other file is ever removed. */
const NAME = /^parley-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.db$/

/**
 * Makes a verified backup in `folder`, which is created, and removes all but the `keep` newest.
 * @throws {FileError} when it cannot be made; older backups are left alone then.
 */
export function makeBackup (databasePath: string, folder: string, { keep, now }: { keep: number, now: number }): NewBackup {
  aboutFolder(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  const name = `parley-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.db`
  const path = join(folder, name)
  const faults = copyDatabase(databasePath, path)
  prune(folder, { path, keep, now })
  return { path, bytes: statSync(path).size, madeAt: now, faults }
}

/**
 * Returns the backups in a folder, newest first. Empty when there is no such folder. A backup dated after `now` was made
 * while the clock was wrong. It counts as the oldest, so that it neither outlives later ones nor delays the next.
 * @throws {FileError} when the folder cannot be read.
 */
export function listBackups (folder: string, now: number): Backup[] {
  const age = ({ madeAt }: Backup) => madeAt > now ? Infinity : now - madeAt
  return names(folder).filter((name) => NAME.test(name)).sort().reverse().map((name) => ({
    path: join(folder, name), bytes: statSync(join(folder, name)).size, madeAt: momentOf(name)
  })).sort((a, b) => age(a) === age(b) ? 0 : age(a) - age(b))
}

/** Removes all but the `keep` newest backups, and what unfinished ones left. The one at `path` was just made and stays. */
function prune (folder: string, { path: made, keep, now }: { path: string, keep: number, now: number }) {
  const unfinished = names(folder).filter((name) => name.endsWith(UNFINISHED) && NAME.test(name.slice(0, -UNFINISHED.length)))
  const old = listBackups(folder, now).map(({ path }) => path).filter((path) => path !== made).slice(keep - 1)
  for (const path of [...old, ...unfinished.map((name) => join(folder, name))]) rmSync(path, { force: true })
  syncPath(folder)
}

function names (folder: string): string[] {
  return aboutFolder(folder, () => {
    try {
      return readdirSync(folder)
    } catch (error) {
      if (isMissingFile(error)) return []
      throw error
    }
  })
}

/** @throws {FileError} naming the folder, when `work` fails because of it. */
function aboutFolder <T> (folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asPathError(folder, error)
  }
}

function momentOf (name: string): number {
  const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
