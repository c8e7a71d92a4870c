import { eq } from 'drizzle-orm'
import { openReader, openWriter } from '../db/open.js'
import { partitions } from '../db/schema.js'
import { allChecks, type Check, type Fault, runChecks } from './checks.js'
import { lockFileAlone } from './lock.js'
import { storageCode } from '../writer/errors.js'

/** What a look at a file found, and what of it was mended. */
export interface Diagnosis {
  /** What is wrong now; after a repair, what it could not mend. */
  faults: Fault[]
  /** Names of the checks whose faults were mended. */
  repaired: string[]
}

const isStaged = eq(partitions.state, 'staged')

/** Partitions that no running import can own any more, once the file is locked. */
const staged: Check = {
  name: 'staged leftovers',
  find: (db) => db.select({ no: partitions.no }).from(partitions).where(isStaged).all()
    .map(({ no }) => `an import that ended left partition ${no} behind`),
  repair: (db) => { db.update(partitions).set({ state: 'discarded' }).where(isStaged).run() }
}

/** Checks the file at `path` and changes nothing. It may be in use; `isHeld` says so, and then imports may be running. */
export function examine (path: string, isHeld: boolean, onCheck?: (name: string) => void): Diagnosis {
  const db = openReader(path)
  try {
    return { faults: runChecks(db, isHeld ? allChecks : [...allChecks, staged], onCheck), repaired: [] }
  } finally {
    db.$client.close()
  }
}

/** Runs a repair. One that a damaged page stops is no reason to leave out the others: the checks after it find what is left. */
function attempt (repair: () => void) {
  try {
    repair()
  } catch (error) {
    if (storageCode(error) === '') throw error
  }
}

/**
 * Checks the file at `path`, derives again what can be derived from the texts, and checks again.
 * @throws {LockedError} while a process holds the file.
 */
export function repair (path: string, onCheck?: (name: string) => void): Diagnosis {
  const lock = lockFileAlone(path, 'doctor --repair')
  try {
    const db = openWriter(path)
    try {
      const checks = [...allChecks, staged]
      const before = new Set(runChecks(db, checks, onCheck).map(({ check }) => check))
      for (const { name, repair } of checks) if (before.has(name)) attempt(() => repair?.(db))
      const faults = runChecks(db, checks.filter(({ name }) => before.has(name)), onCheck)
      const left = new Set(faults.map(({ check }) => check))
      return { faults, repaired: [...before].filter((name) => !left.has(name)) }
    } finally {
      db.$client.close()
    }
  } finally {
    lock.release()
  }
}
