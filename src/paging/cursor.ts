import { crc32 } from 'node:zlib'
import { DomainError } from '../errors.js'

/** The position at which a page ended: the sort key and the unique key of its last row. */
export interface Position { key: number | string, pk: number }

const VERSION = 3

/**
 * A checksum of the list that a cursor belongs to: its user, sort order and filters. It only detects a cursor of another
 * list. Every query checks access, so a fast checksum is enough.
 */
export function listFingerprint (...parts: unknown[]): number {
  return crc32(JSON.stringify(parts))
}

/** Makes an opaque cursor. A text sort key is encoded, because it can contain any character. */
export function encodeCursor (fingerprint: number, { key, pk }: Position): string {
  return `${VERSION}.${fingerprint}.${pk}.${typeof key === 'number' ? key : Buffer.from(key).toString('base64url')}`
}

/**
 * Reads a cursor.
 * @throws {DomainError} INVALID_CURSOR for any text that `encodeCursor` did not make for this list.
 */
export function decodeCursor (cursor: string, fingerprint: number, keyType: 'number' | 'string'): Position {
  const [, , pk = '', key = ''] = cursor.split('.')
  const position = { key: keyType === 'number' ? Number(key) : Buffer.from(key, 'base64url').toString(), pk: Number(pk) }
  const isPosition = Number.isSafeInteger(position.pk) && (keyType === 'string' || Number.isSafeInteger(position.key))
  if (isPosition && encodeCursor(fingerprint, position) === cursor) return position
  throw new DomainError('INVALID_CURSOR', 'The cursor does not belong to this list; start again without one', 'cursor')
}
