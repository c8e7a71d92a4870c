import { readSync } from 'node:fs'

/**
 * A place in an open file and the bytes around it. Reading on drops what lies before `pos`, except from `mark` on,
 * so a value of any length can be kept whole while the file itself never is.
 */
export interface ByteCursor {
  readonly fd: number
  readonly chunkSize: number
  /** Offset in the file that is not read past. */
  readonly end: number
  /** At most this many bytes are kept from `mark` on; beyond them the mark is given up. */
  keepAtMost: number
  /** Room that `bytes` is a view of. */
  storage: Buffer
  /** What has been read and not yet dropped. */
  bytes: Buffer
  /** Offset in the file of `bytes[0]`. */
  base: number
  /** Index in `bytes` of the next byte; may lie just past the end. */
  pos: number
  /** Index in `bytes` of the first byte to keep, or -1. */
  mark: number
}

/**
 * A cursor at `offset` of an open file, which ends for it at `end`; it reads `chunkSize` bytes at a time and never moves
 * the file's own position.
 */
export function openCursor (fd: number, offset: number, chunkSize: number, end = Infinity): ByteCursor {
  const empty = Buffer.alloc(0)
  return { fd, chunkSize, end, keepAtMost: Infinity, storage: empty, bytes: empty, base: offset, pos: 0, mark: -1 }
}

/** Offset in the file of the cursor's next byte. */
export function offsetOf (cursor: ByteCursor) {
  return cursor.base + cursor.pos
}

/** Brings in the next chunk; false at the end of the file. Indexes into `bytes` held elsewhere are stale afterwards. */
export function readMore (cursor: ByteCursor): boolean {
  const { bytes, chunkSize } = cursor
  if (cursor.mark >= 0 && bytes.length - cursor.mark > cursor.keepAtMost) cursor.mark = -1
  const from = cursor.mark >= 0 ? cursor.mark : Math.min(cursor.pos, bytes.length)
  const kept = bytes.length - from
  const storage = storageFor(cursor, kept)
  if (storage !== cursor.storage || from > 0) bytes.copy(storage, 0, from)
  const place = cursor.base + bytes.length
  const count = readSync(cursor.fd, storage, kept, Math.min(chunkSize, Math.max(0, cursor.end - place)), place)
  cursor.base += from
  cursor.pos -= from
  if (cursor.mark >= 0) cursor.mark = 0
  cursor.storage = storage
  cursor.bytes = storage.subarray(0, kept + count)
  return count > 0
}

/** Takes the bytes from index `from` up to `to` out of what is kept since the mark; offsets of the file stay right. */
export function dropKept (cursor: ByteCursor, from: number, to: number) {
  const count = to - from
  cursor.bytes.copyWithin(cursor.mark + count, cursor.mark, from)
  cursor.mark += count
}

function storageFor ({ storage, chunkSize }: ByteCursor, kept: number) {
  const needed = kept + chunkSize
  if (needed > storage.length) return Buffer.allocUnsafeSlow(Math.max(needed, 2 * storage.length))
  // One huge value must not leave its room behind for the rest of the file.
  if (storage.length > 16 * chunkSize && needed <= 2 * chunkSize) return Buffer.allocUnsafeSlow(2 * chunkSize)
  return storage
}
