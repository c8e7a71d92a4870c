import { chownSync, existsSync, linkSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { FileError } from '../db/file-error.js'
import { inspectFile } from '../db/open.js'
import { copyDatabase, syncPath } from './copy-database.js'
import { lockFileAlone } from './lock.js'

/**
 * Puts a backup in the place of the database at `path`. The backup is checked and copied before anything is touched; it
 * stays where it is. The old file and its write-ahead log get the name that is returned, and open under it as before;
 * null when there was none. Restored by root, the file belongs to the owner of the old one or of the folder.
 * @throws {LockedError} while a process holds the database.
 * @throws {FileError} when the backup is missing, faulty, or of a newer version.
 */
export function restoreBackup (backup: string, path: string, now: number): string | null {
  const found = statSync(backup, { throwIfNoEntry: false })
  if (!found) throw new FileError(`${backup} is not there`)
  if (found.isDirectory()) throw new FileError(`${backup} is a folder; name a backup in it`)
  if (inspectFile(backup).has === 0) throw new FileError(`${backup} is empty`)
  const lock = lockFileAlone(path, 'restore')
  try {
    const restored = `${path}.restored`
    copyDatabase(backup, restored)
    giveTo(existsSync(path) ? path : dirname(path), restored)
    const aside = existsSync(path) ? `${path}.replaced-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}` : null
    // A second name, so that a crash in between leaves no moment without a database.
    if (aside !== null) linkSync(path, aside)
    // SQLite would play a log that is left behind into the file that takes the place.
    for (const ending of ['-wal', '-shm']) {
      if (existsSync(path + ending)) renameSync(path + ending, (aside ?? `${path}.left-over`) + ending)
    }
    renameSync(restored, path)
    syncPath(dirname(path))
    return aside
  } finally {
    lock.release()
    giveTo(dirname(path), `${path}-lock`)
  }
}

/** Gives a file that root made to the owner of another, because a server that runs as that user could not open it. */
function giveTo (owned: string, file: string) {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(owned)
  chownSync(file, uid, gid)
}
