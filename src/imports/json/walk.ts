import { type Base64Run, cutBase64, LONGEST_BASE64_BYTES } from './base64.js'
import { type ByteCursor, offsetOf, readMore } from './byte-cursor.js'
import { refusal } from '../refusal.js'

export const QUOTE = 0x22
const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
export const CLOSE_BRACKET = 0x5d
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d
/** What `peek` returns when nothing is left. */
export const END_OF_FILE = -1

/** What one value may cost at most. */
export interface JsonLimits {
  /** Long base64 in its strings is not counted. */
  bytes: number
  /** Levels of nesting, counting the value itself. */
  depth: number
  /** Values inside the value, at any level. */
  values: number
  /** Entries of any one list or object. */
  width: number
}

export type JsonKind = 'array' | 'object' | 'scalar'

/**
 * Moves past one value. Where a mark stands at its start, its bytes are kept from there on. Returns which limit the value
 * breaks, if any; then its bytes are not kept.
 */
export function skipValue (cursor: ByteCursor, limits: JsonLimits): string | null {
  cursor.keepAtMost = limits.bytes
  const marked = cursor.mark >= 0
  const byte = peek(cursor)
  let refused: string | null = null
  if (byte === OPEN_BRACE || byte === OPEN_BRACKET) refused = skipContainer(cursor, limits)
  else if (byte === QUOTE) skipString(cursor)
  else skipScalar(cursor)
  if (!marked) return null
  // `readMore` gives the mark up once too much is kept from it on.
  if (refused === null && (cursor.mark < 0 || cursor.pos - cursor.mark > limits.bytes)) refused = `It is larger than ${inMebibytes(limits.bytes)}`
  if (refused !== null) cursor.mark = -1
  return refused
}

/** Entries so far at each level. Shared by all walks, which never interleave; deeper levels count as too deep anyway. */
const widths = new Int32Array(4_096)

function skipContainer (cursor: ByteCursor, limits: JsonLimits): string | null {
  let { bytes, pos } = cursor
  let depth = 0
  let values = 0
  let refused: string | null = null
  do {
    if (pos >= bytes.length) {
      cursor.pos = pos
      if (refused !== null) cursor.mark = -1
      need(cursor)
      bytes = cursor.bytes
      pos = cursor.pos
    }
    switch (bytes[pos++]) {
      case QUOTE:
        cursor.pos = pos - 1
        skipString(cursor)
        bytes = cursor.bytes
        pos = cursor.pos
        break
      case COMMA: {
        // Every value but the first follows a comma or opens its container.
        const width = widths[depth] ?? 0
        widths[depth] = width + 1
        if (++values > limits.values) refused ??= `It holds more than ${limits.values} values`
        else if (width + 1 >= limits.width) refused ??= `It has a list or object of more than ${limits.width} entries`
        break
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        widths[++depth] = 0
        if (++values > limits.values) refused ??= `It holds more than ${limits.values} values`
        else if (depth > limits.depth) refused ??= `It is nested more than ${limits.depth} levels deep`
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--
        break
    }
  } while (depth > 0)
  cursor.pos = pos
  return refused
}

/** Moves past the string that opens at the cursor; of one that is kept, long base64 is left out. */
function skipString (cursor: ByteCursor) {
  let { bytes } = cursor
  let pos = cursor.pos + 1
  const start = cursor.base + pos
  let run: Base64Run | null = null
  for (;;) {
    // Keys and short values end within a few steps, which is cheaper than one native call.
    const near = Math.min(pos + 24, bytes.length)
    while (pos < near) {
      const byte = bytes[pos]
      pos += byte === BACKSLASH ? 2 : 1
      if (byte === QUOTE) {
        cursor.pos = pos
        if (cursor.mark >= 0 && cursor.base + pos - start > LONGEST_BASE64_BYTES) cutBase64(cursor, start, pos - 1, run, true)
        return
      }
    }
    const quote = bytes.indexOf(QUOTE, pos)
    const stop = quote < 0 ? Math.max(pos, bytes.length) : quote
    const escaped = isEscaped(bytes, pos, stop)
    if (quote >= 0) {
      pos = quote + 1
      if (escaped) continue
      cursor.pos = pos
      if (cursor.mark >= 0 && offsetOf(cursor) - start > LONGEST_BASE64_BYTES) cutBase64(cursor, start, quote, run, true)
      return
    }
    if (cursor.mark >= 0) run = cutBase64(cursor, start, stop, run, false)
    // An escape cut off by the end of the chunk also takes the next chunk's first byte.
    cursor.pos = stop + (escaped ? 1 : 0)
    need(cursor)
    bytes = cursor.bytes
    pos = cursor.pos
  }
}

/** Whether an odd run of backslashes ends at `stop`, looking back no further than `from`. */
function isEscaped (bytes: Buffer, from: number, stop: number) {
  let run = 0
  while (stop - run > from && bytes[stop - run - 1] === BACKSLASH) run++
  return run % 2 === 1
}

/** Moves past a number, a literal, or whatever else stands inside a list there; `JSON.parse` judges it. */
function skipScalar (cursor: ByteCursor) {
  const start = offsetOf(cursor)
  while (!endsScalar(cursor.bytes[cursor.pos])) {
    if (cursor.pos < cursor.bytes.length) cursor.pos++
    else need(cursor)
  }
  if (offsetOf(cursor) === start) throw unexpected(cursor)
}

function endsScalar (byte: number | undefined) {
  switch (byte) {
    case COMMA: case COLON: case QUOTE:
    case OPEN_BRACE: case CLOSE_BRACE: case OPEN_BRACKET: case CLOSE_BRACKET:
      return true
    default:
      return isSpace(byte)
  }
}

function isSpace (byte: number | undefined) {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** The next byte that is not white space, without moving past it. */
export function peek (cursor: ByteCursor): number {
  do {
    const { bytes } = cursor
    while (isSpace(bytes[cursor.pos])) cursor.pos++
    const byte = bytes[cursor.pos]
    if (byte !== undefined) return byte
  } while (readMore(cursor))
  return END_OF_FILE
}

/** Moves past `byte`, which must come next. */
export function expect (cursor: ByteCursor, byte: number) {
  if (peek(cursor) !== byte) throw unexpected(cursor)
  cursor.pos++
}

/** Moves past what follows an entry of a list: true for its end, false for a comma. */
export function endsList (cursor: ByteCursor, close: number) {
  const byte = peek(cursor)
  if (byte !== close && byte !== COMMA) throw unexpected(cursor)
  cursor.pos++
  return byte === close
}

function need (cursor: ByteCursor) {
  if (!readMore(cursor)) throw truncated(cursor)
}

/** The kind of the value that begins with `byte`. */
export function kindOf (byte: number): JsonKind {
  if (byte === OPEN_BRACE) return 'object'
  return byte === OPEN_BRACKET ? 'array' : 'scalar'
}

/** The error for something at the cursor that JSON does not allow there; truncation where nothing is there. */
export function unexpected (cursor: ByteCursor, what = 'an unexpected character') {
  if (peek(cursor) === END_OF_FILE) return truncated(cursor)
  return refusal('IMPORT_NOT_JSON', `The file is not valid JSON: ${what} at byte ${offsetOf(cursor)}. Download or export it again`)
}

function truncated (cursor: ByteCursor) {
  const size = cursor.base + cursor.bytes.length
  return refusal('IMPORT_TRUNCATED', `The file ends in the middle, after ${size} bytes. Download or export it again`)
}

function inMebibytes (bytes: number) {
  return bytes < 2 ** 20 ? `${bytes} bytes` : `${Math.round(bytes / 2 ** 20)} MiB`
}
