import { statfsSync } from 'node:fs'
import { StorageError } from './errors.js'

/** Free space that only deletes, sign-ins and upkeep may use: a fixed size, or a share of a small disk. */
const MAX_RESERVE_BYTES = 67_108_864
const RESERVE_SHARE = 0.1

/** How long a look at the disk is good for. */
const LOOK_TTL_MS = 500

/** Bytes that this user may still write on the disk of a folder, and how many of them are the reserve. */
export function spaceOn (folder: string): { free: number, reserve: number } {
  const { bavail, blocks, bsize } = statfsSync(folder)
  return { free: bavail * bsize, reserve: Math.min(MAX_RESERVE_BYTES, blocks * bsize * RESERVE_SHARE) }
}

/**
 * Returns a function for what makes the database grow. It is cheap enough to be called before every write.
 * @throws {StorageError} SQLITE_FULL, from that function, when only the reserve is left.
 */
export function spaceGuard (folder: string): () => void {
  let lookedAt = -Infinity
  let hasRoom = true
  return () => {
    const now = performance.now()
    if (now - lookedAt > LOOK_TTL_MS) {
      const { free, reserve } = spaceOn(folder)
      hasRoom = free >= reserve
      lookedAt = now
    }
    if (!hasRoom) throw new StorageError('SQLITE_FULL', 'The disk is full')
  }
}
