import { dirname } from 'node:path'
import { inspectFile, openWriter } from '../db/open.js'
import { copyDatabase, copySize, freeBytes } from './copy-database.js'

/** What an upgrade tells while it runs, one line each. */
export type OnUpgradeLine = (line: string) => void

/** Whether the file at `path` has rows that a migration would change. @throws {FileError} when it cannot be opened. */
export function needsUpgrade (path: string): boolean {
  if (path === ':memory:') return false
  const { has, known } = inspectFile(path)
  return has > 0 && has < known
}

/**
 * Migrates the file at `path` to this version. Before that it makes a copy named `PATH.before-migration-N`, unless
 * `backup` is false or the disk has no room for one. Blocks until all is done.
 * @throws {FileError} when the file cannot be migrated; it is as it was before then.
 */
export function upgradeFile (path: string, backup: boolean, onLine: OnUpgradeLine) {
  const { has, known } = inspectFile(path)
  if (backup) keepCopy(path, `${path}.before-migration-${has}`, onLine)
  openWriter(path, undefined, (n) => onLine(`Migrating ${path}: ${n + 1} of ${known}`)).$client.close()
  onLine(`Migrated ${path} from ${has} to ${known} migrations`)
}

function keepCopy (path: string, copy: string, onLine: OnUpgradeLine) {
  const [needed, free] = [copySize(path), freeBytes(dirname(path))]
  // The migration itself writes as much again.
  if (free < 3 * needed) return onLine(`No copy is made before the migration: it needs ${needed} bytes, and ${free} are free`)
  copyDatabase(path, copy)
  onLine(`The file as it was before the migration is kept as ${copy}`)
}
