import { crc32 } from 'node:zlib'
import { DomainError } from '../errors.js'

/** Where a page ended: the sort key and the unique key of its last row. */
export interface Position { key: number | string, pk: number }

const VERSION = 3

/**
 * Names the list a cursor belongs to: the cursor is good for the same user, sort and filters only. This tells mistakes,
 * and keeps nobody out, which every query does by itself; so it is a checksum and no hash, which takes longer.
 */
export function listFingerprint (...parts: unknown[]): number {
  return crc32(JSON.stringify(parts))
}

/** An opaque page cursor. A sort key that is text may hold anything, so it is encoded; most are numbers, and need not be. */
export function encodeCursor (fingerprint: number, { key, pk }: Position): string {
  return `${VERSION}.${fingerprint}.${pk}.${typeof key === 'number' ? key : Buffer.from(key).toString('base64url')}`
}

/**
 * The position a cursor stands for.
 * @throws {DomainError} INVALID_CURSOR for anything `encodeCursor` did not make for this very list.
 */
export function decodeCursor (cursor: string, fingerprint: number, keyType: 'number' | 'string'): Position {
  const [, , pk = '', key = ''] = cursor.split('.')
  const position = { key: keyType === 'number' ? Number(key) : Buffer.from(key, 'base64url').toString(), pk: Number(pk) }
  const isPosition = Number.isSafeInteger(position.pk) && (keyType === 'string' || Number.isSafeInteger(position.key))
  if (isPosition && encodeCursor(fingerprint, position) === cursor) return position
  throw new DomainError('INVALID_CURSOR', 'The cursor does not belong to this list; start again without one', 'cursor')
}
