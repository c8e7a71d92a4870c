import { type ByteCursor, dropKept } from './byte-cursor.js'

/**
 * Base64 longer than this is cut out of a value while it is read. Pictures and files inside an entry are not taken in, and
 * must not make the entry too large for its texts. `~` and the number of characters stand in its place, which
 * `kit/media.ts` of the formats understands. Characters may be escaped, as PHP writes `\/` and Java and .NET write `\u003d`.
 * In JSON within a string they are escaped more than once.
 */
export const LONGEST_BASE64_BYTES = 64 * 1024

/** The runs of base64 in one string, as far as the string was read. */
export interface Base64Run {
  /** Offset in the file of the first character of the run that is still kept; -1 while no run is open. */
  from: number
  /** Characters of the run cut out so far. */
  cut: number
  /** Offset up to which the string was searched for the beginning of a run. */
  searched: number
}

/** What stands before the base64 of a `data:` address, and the part of it that is quick to find. */
const PREFIX = Buffer.from(';base64,')
const addressBeforePrefix = /data:(?:[\w.+-]|\\{1,8}u002b){0,80}(?:\\{0,8}(?:\/|u002f))?(?:[\w.+-]|\\{1,8}u002b){0,80}(?:;[\w=.+-]{1,80}){0,4}$/i
const MAX_ADDRESS_BYTES = 600

/** Members that hold base64 without the prefix of a `data:` address, by the APIs that write them. */
const base64Key = /"(?:data|b64_json|file_data|encrypted_content|signature)"\s{0,4}:\s{0,4}"$/
const MAX_KEY_BYTES = 40

/** `/`, `+` or `=` with an escape, the beginning of one, and the most bytes one has. */
const escape = /^\\{1,8}(?:\/|u00(?:2[bf]|3d))/i
const escapes = /\\{1,8}(?:\/|u00(?:2[bf]|3d))/gi
const beginningOfEscape = /^\\{1,8}(?:u(?:0(?:0[23]?)?)?)?$/i
const MAX_ESCAPE_BYTES = 13
const BACKSLASH = 0x5c

/** Room for `~` and a length. */
const MARKER_BYTES = 24

const alphabet = new Uint8Array(256)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_') alphabet[char.charCodeAt(0)] = 1

/**
 * Cuts the base64 out of the part of a string that ends at index `stop`. `start` is the offset of the string's first
 * character, `isWhole` says whether the string ends at `stop`. Returns the state for the part that follows.
 */
export function cutBase64 (cursor: ByteCursor, start: number, stop: number, run: Base64Run | null, isWhole: boolean): Base64Run {
  const open = run ?? { from: isBase64Member(cursor, start) ? start : -1, cut: 0, searched: start }
  for (;;) {
    if (open.from < 0) {
      open.from = beginningOfRun(cursor, open.searched, stop)
      open.cut = 0
    }
    if (open.from < 0) {
      // The prefix may go on in the next chunk.
      open.searched = Math.max(open.searched, cursor.base + stop - PREFIX.length)
      return open
    }
    const end = endOfRun(cursor.bytes, open.from - cursor.base, stop, isWhole)
    if (end === stop && !isWhole) {
      shorten(cursor, open, stop)
      return open
    }
    close(cursor, open, end)
    open.searched = cursor.base + end
  }
}

function isBase64Member ({ bytes, base }: ByteCursor, start: number): boolean {
  const first = start - base
  return base64Key.test(bytes.toString('latin1', Math.max(0, first - MAX_KEY_BYTES), first))
}

/** Offset of the first character behind the next prefix of a `data:` address; -1 where there is none. */
function beginningOfRun ({ bytes, base }: ByteCursor, searched: number, stop: number): number {
  const part = bytes.subarray(0, stop)
  for (let at = part.indexOf(PREFIX, searched - base); at >= 0; at = part.indexOf(PREFIX, at + PREFIX.length)) {
    const before = bytes.toString('latin1', Math.max(0, at - MAX_ADDRESS_BYTES), at)
    if (addressBeforePrefix.test(before)) return base + at + PREFIX.length
  }
  return -1
}

/** An escape that is cut off at `stop` belongs to the run, unless the string ends there. */
function endOfRun (bytes: Buffer, from: number, stop: number, isWhole: boolean): number {
  let at = from
  while (at < stop) {
    const length = alphabet[bytes[at] ?? 0] === 1 ? 1 : escapeAt(bytes, at, stop, isWhole)
    if (length === 0) break
    at += length
  }
  return at
}

/** The length of the escape at an index, 0 where there is none. */
function escapeAt (bytes: Buffer, at: number, stop: number, isWhole: boolean): number {
  if (bytes[at] !== BACKSLASH) return 0
  const text = bytes.toString('latin1', at, Math.min(at + MAX_ESCAPE_BYTES, stop))
  const [found] = escape.exec(text) ?? (isWhole ? null : beginningOfEscape.exec(text)) ?? ['']
  return found.length
}

/** How many characters of base64 stand between two indexes. */
function charactersIn (bytes: Buffer, from: number, to: number): number {
  if (!bytes.subarray(from, to).includes(BACKSLASH)) return to - from
  return bytes.toString('latin1', from, to).replace(escapes, '/').length
}

/** Cuts out most of a run that goes on behind index `stop`. */
function shorten (cursor: ByteCursor, run: Base64Run, stop: number) {
  const from = run.from - cursor.base
  if (stop - from <= LONGEST_BASE64_BYTES) return
  const last = stop - MARKER_BYTES
  // No escape is cut in two.
  const escaped = cursor.bytes.indexOf(BACKSLASH, last - MAX_ESCAPE_BYTES)
  const to = escaped >= 0 && escaped < last ? escaped : last
  run.cut += charactersIn(cursor.bytes, from, to)
  dropKept(cursor, from, to)
  run.from = cursor.base + to
}

/** Puts the marker in the place of a run that ends at index `end`, where the run is long. */
function close (cursor: ByteCursor, run: Base64Run, end: number) {
  const from = run.from - cursor.base
  const length = run.cut + charactersIn(cursor.bytes, from, end)
  run.from = -1
  if (length <= LONGEST_BASE64_BYTES) return
  const marker = `~${length}`
  dropKept(cursor, from, end - marker.length)
  cursor.bytes.write(marker, end - marker.length, 'latin1')
}
