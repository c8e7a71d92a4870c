import { statfs } from 'node:fs/promises'
import { DomainError } from './errors.js'

/** What has to stay free for everything else. */
const RESERVED_BYTES = 67_108_864

/**
 * Makes sure that the disk has room for `bytes` more in the folder at `path`, before or while they are written.
 * @throws {DomainError} STORAGE_FULL.
 */
export async function assertDiskRoom (path: string, bytes: number, freeBytes = freeBytesAt) {
  if (await freeBytes(path) >= bytes + RESERVED_BYTES) return
  throw new DomainError('STORAGE_FULL', 'The disk of this server has no room for this file')
}

async function freeBytesAt (path: string) {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}
