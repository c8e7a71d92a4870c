import { type ByteCursor, dropKept } from './byte-cursor.js'

/**
 * Base64 longer than this is cut out of a value while it is read: pictures and files inside an entry are not taken in,
 * and must not make the entry too large for its texts. `~` and the number of characters stand in its place, which
 * `base64Bytes` of the formats' kit understands.
 */
export const LONGEST_BASE64_BYTES = 64 * 1024

/** The base64 of one string, as far as it was read. */
export interface Base64Run {
  /** Offset in the file of the first character of it that is still kept; -1 for a string that holds something else. */
  from: number
  /** Characters cut out so far. */
  cut: number
}

const dataUrl = /^data:[\w.+-]{0,80}\/?[\w.+-]{0,80}(?:;[\w=.+-]{1,80}){0,4};base64,/
/** Members that hold base64 without the prefix of a `data:` address, by the APIs that write them. */
const base64Key = /"(?:data|b64_json|file_data|encrypted_content|signature)"\s{0,4}:\s{0,4}"$/

/** Room for `~` and a length. */
const MARKER_BYTES = 24

const alphabet = new Uint8Array(256)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_') alphabet[char.charCodeAt(0)] = 1

/** Cuts the base64 out of the part of a string that ends at index `stop`; `start` is the offset of its first character. */
export function cutBase64 (cursor: ByteCursor, start: number, stop: number, run: Base64Run | null): Base64Run | null {
  const open = run ?? openRun(cursor, start, stop)
  if (open === null || open.from < 0) return open
  const from = open.from - cursor.base
  const end = endOfBase64(cursor.bytes, from, stop)
  if (end < stop) return close(cursor, open, end)
  const to = stop - MARKER_BYTES
  if (stop - from > LONGEST_BASE64_BYTES) {
    dropKept(cursor, from, to)
    open.cut += to - from
    open.from = cursor.base + to
  }
  return open
}

/** Cuts the base64 out of a string that ends at index `stop`. */
export function endBase64 (cursor: ByteCursor, start: number, stop: number, run: Base64Run | null) {
  const open = run ?? openRun(cursor, start, stop)
  if (open === null || open.from < 0) return
  close(cursor, open, endOfBase64(cursor.bytes, open.from - cursor.base, stop))
}

/** The run that begins a string; null while too little of the string was read to tell. */
function openRun ({ bytes, base }: ByteCursor, start: number, stop: number): Base64Run | null {
  const first = start - base
  if (stop - first < 1024) return null
  const prefix = dataUrl.exec(bytes.toString('latin1', first, first + 512))
  if (prefix !== null) return { from: start + prefix[0].length, cut: 0 }
  return { from: base64Key.test(bytes.toString('latin1', Math.max(0, first - 40), first)) ? start : -1, cut: 0 }
}

/** Puts the marker in the place of all base64 before index `end`, where there is enough of it. */
function close (cursor: ByteCursor, run: Base64Run, end: number): Base64Run {
  const from = run.from - cursor.base
  const length = run.cut + end - from
  run.from = -1
  if (length <= LONGEST_BASE64_BYTES && run.cut === 0) return run
  const marker = `~${length}`
  dropKept(cursor, from, end - marker.length)
  cursor.bytes.write(marker, end - marker.length, 'latin1')
  return run
}

function endOfBase64 (bytes: Buffer, from: number, stop: number): number {
  let at = from
  while (at < stop && alphabet[bytes[at] ?? 0] === 1) at++
  return at
}
