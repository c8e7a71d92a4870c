import { statfs } from 'node:fs/promises'
import { DomainError } from '../errors.js'

/** An upload takes its size on the disk twice: as the file that arrived, and as rows of the database. */
const COPIES = 2

/** What has to stay free for everything else. */
const RESERVED_BYTES = 67_108_864

/**
 * Makes sure that the disk has room for an upload of this size before it is taken; a size of 0 stands for an unknown one.
 * @throws {DomainError} STORAGE_FULL.
 */
export async function assertDiskRoom (path: string, uploadBytes: number, freeBytes = freeBytesAt) {
  if (await freeBytes(path) >= COPIES * uploadBytes + RESERVED_BYTES) return
  throw new DomainError('STORAGE_FULL', 'The disk of this server has no room for this file')
}

async function freeBytesAt (path: string) {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}
