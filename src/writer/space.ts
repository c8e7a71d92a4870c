import { statfsSync } from 'node:fs'
import { reserveOf } from '../disk-room.js'
import { StorageError } from './errors.js'

/** Lifetime of the cached free space. */
const FREE_SPACE_TTL_MS = 500

/**
 * Returns the free bytes on the disk of a folder, for this system user, and how many of them are the reserve.
 * @throws {StorageError} when the folder is gone or its disk fails.
 */
export function spaceOn (folder: string): { free: number, reserve: number } {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder)
    return { free: bavail * bsize, reserve: reserveOf(blocks * bsize) }
  } catch (error) {
    throw new StorageError('SQLITE_CANTOPEN', `The free space of ${folder} cannot be read`, { cause: error })
  }
}

/**
 * Returns a check to call before each write that makes the database grow. The check reads the free space at most every
 * 500 ms.
 * @throws {StorageError} SQLITE_FULL, from the check, when only the reserve is left.
 */
export function spaceGuard (folder: string): () => void {
  let lookedAt = -Infinity
  let hasRoom = true
  return () => {
    const now = performance.now()
    if (now - lookedAt > FREE_SPACE_TTL_MS) {
      const { free, reserve } = spaceOn(folder)
      hasRoom = free >= reserve
      lookedAt = now
    }
    if (!hasRoom) throw new StorageError('SQLITE_FULL', 'The disk is full')
  }
}
