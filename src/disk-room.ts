import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { DomainError } from './errors.js'

/** The reserve is for deletes, sign-ins and upkeep: a fixed size, or a share of a small disk. */
const MAX_RESERVE_BYTES = 67_108_864
const RESERVE_SHARE = 0.1

/** Blocks of a disk that are there and that are free to this user, and the bytes of one. */
type DiskSize = Pick<StatsFs, 'bavail' | 'blocks' | 'bsize'>

/** Bytes that have to stay free on a disk of this size. */
export function reserveOf (diskBytes: number): number {
  return Math.min(MAX_RESERVE_BYTES, diskBytes * RESERVE_SHARE)
}

/**
 * Makes sure that the disk has room for `bytes` more in the folder at `path`, before or while they are written.
 * @throws {DomainError} STORAGE_FULL.
 */
export async function assertDiskRoom (path: string, bytes: number, statDisk: (path: string) => Promise<DiskSize> = statfs) {
  const { bavail, blocks, bsize } = await statDisk(path)
  if (bavail * bsize >= bytes + reserveOf(blocks * bsize)) return
  throw new DomainError('STORAGE_FULL', 'The disk of this server has no room for this file')
}
