import { crc32 } from 'node:zlib'
import { DomainError } from '../errors.js'

/** Where a page ended: the sort key and the unique key of its last row. */
export interface Position { key: number | string, pk: number }

const VERSION = 2

/**
 * Names the list a cursor belongs to: the cursor is good for the same user, sort and filters only. This tells mistakes,
 * and keeps nobody out, which every query does by itself; so it is a checksum and no hash, which takes longer.
 */
export function listFingerprint (...parts: unknown[]): number {
  return crc32(JSON.stringify(parts))
}

/** An opaque page cursor. */
export function encodeCursor (fingerprint: number, { key, pk }: Position) {
  return Buffer.from(JSON.stringify([VERSION, fingerprint, key, pk])).toString('base64url')
}

/**
 * The position a cursor stands for.
 * @throws {DomainError} INVALID_CURSOR for anything `encodeCursor` did not make for this very list.
 */
export function decodeCursor (cursor: string, fingerprint: number, keyType: 'number' | 'string'): Position {
  const parts = parse(cursor)
  if (Array.isArray(parts) && parts.length === 4) {
    const [version, list, key, pk] = parts
    const isKey = keyType === 'number' ? Number.isSafeInteger(key) : typeof key === 'string'
    if (version === VERSION && list === fingerprint && isKey && Number.isSafeInteger(pk)) return { key, pk }
  }
  throw new DomainError('INVALID_CURSOR', 'The cursor does not belong to this list; start again without one', 'cursor')
}

function parse (cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url')
  // Buffer skips what is not base64url, so without this many texts would stand for one cursor.
  if (bytes.toString('base64url') !== cursor) return null
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return null
  }
}
