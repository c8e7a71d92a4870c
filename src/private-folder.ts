import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes an empty folder beside the database for files of this process, readable by its user only, and returns its path. So the
 * files can only fill the disk that the database is on. What an earlier start left there is removed.
 */
export async function emptyFolderBeside (databasePath: string, name: string): Promise<string> {
  const path = databasePath === ':memory:' ? await mkdtemp(join(tmpdir(), 'parley-')) : `${databasePath}-${name}`
  await rm(path, { recursive: true, force: true })
  await mkdir(path, { recursive: true, mode: 0o700 })
  return path
}
