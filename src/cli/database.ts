import * as commandModule from '../commands.js'
import { type Config, readConfig } from '../config.js'
import type { Db } from '../db/connection.js'
import { FileError } from '../db/file-error.js'
import { inspectFile, openReader, openWriter } from '../db/open.js'
import { holderOf, LockedError, lockFile } from '../maintenance/lock.js'
import { upgradeFile } from '../maintenance/upgrade.js'
import { fromHome } from '../paths.js'
import { prepareSearch } from '../search/index/commands.js'
import { inlineWriter } from '../writer/inline.js'
import type { Writer } from '../writer/writer.js'
import type { Environment } from './environment.js'

/** A database as a command of the command line uses it. */
export interface CliDatabase {
  path: string
  config: Config
  reader: Db
  writer: Writer
}

/** The path of the database that the settings name. @throws {ConfigError} {FileError} when they name none. */
export function databasePath (config: Config): string {
  if (config.DATABASE_PATH === ':memory:') throw new FileError('DATABASE_PATH is :memory:, which no other process can use')
  return fromHome(config.DATABASE_PATH)
}

/** What holders of the file do that leaves room for a second writer. The others replace or mend the file. */
const SHARED_PURPOSES = ['server', 'parley']

/**
 * Runs `work` on the database of the settings, beside a running server or without one. Beside a server it uses a connection
 * of its own and leaves the write lock free in between; the server sees what was committed with its next read. Without
 * one it holds the file, so that no server starts meanwhile, and creates or migrates it.
 * @throws {LockedError} while the file is restored or repaired.
 */
export async function withDatabase <T> (env: Environment, work: (database: CliDatabase) => Promise<T>): Promise<T> {
  const config = readConfig(env)
  const path = databasePath(config)
  const holder = holderOf(path)
  if (holder && !SHARED_PURPOSES.includes(holder.purpose)) throw new LockedError(path, holder)
  const lock = holder === null ? lockFile(path, 'parley') : null
  try {
    const { has, known } = inspectFile(path)
    if (has < known && holder) throw new FileError(`${path} is used by a server of another version; restart that server first`)
    if (has > 0 && has < known) upgradeFile(path, config.MIGRATION_BACKUP, (line) => console.error(line))
    const writer = inlineWriter(openWriter(path), commandModule.commands, undefined, holder !== null)
    const reader = openReader(path)
    try {
      if (!holder) await prepareSearch(writer)
      return await work({ path, config, reader, writer })
    } finally {
      reader.$client.close()
      await writer.close()
    }
  } finally {
    lock?.release()
  }
}
