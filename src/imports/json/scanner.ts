import { isAscii, isUtf8, transcode } from 'node:buffer'
import { fstatSync } from 'node:fs'
import { type ByteCursor, offsetOf, openCursor, readMore } from './byte-cursor.js'
import type { JsonValue } from '../../formats/kit/draft.js'
import {
  CLOSE_BRACE, CLOSE_BRACKET, COLON, END_OF_FILE, endsList, expect, type JsonKind, type JsonLimits, kindOf, OPEN_BRACE,
  OPEN_BRACKET, peek, QUOTE, skipValue, unexpected
} from './walk.js'
import { refusal } from '../refusal.js'

/**
 * Limits of one element, which is parsed whole: no real conversation comes near them. Parsing takes several times the
 * bytes in memory, and the whole process is to stay below 512 MiB. LibreChat's recursive exports spend two levels on
 * each message, hence the depth; whoever walks a parsed element does so without recursion. JSON.parse takes minutes for
 * an object of millions of keys, hence the width.
 */
export const elementLimits: JsonLimits = { bytes: 32 * 2 ** 20, depth: 2_000, values: 5_000_000, width: 500_000 }

/** A value's place in the file: from `start` up to, not including, `end`. */
export interface JsonPlace { start: number, end: number }

/**
 * One value as `JSON.parse` gives it with the bytes that were parsed, or why it was passed over unparsed. `__proto__` and
 * the like are ordinary own keys of it: copy with `Object.fromEntries`, never by assignment.
 */
export type JsonElement =
  | JsonPlace & { value: JsonValue, size: number }
  | JsonPlace & { refused: string }

/** One member of an object, not parsed. */
export interface JsonMember extends JsonPlace { key: string, kind: JsonKind }

/**
 * Reads an open JSON file of any size without holding it: values are found by their brackets and quotes, and only
 * elements are parsed. All methods throw `IMPORT_TRUNCATED` where the file ends too early, and `IMPORT_NOT_JSON`
 * where it is not UTF-8 or not JSON, as far as it is read. Of values that are passed over only the brackets are checked.
 */
export interface JsonFile {
  /** The top-level value; until it was read through, its end is that of the file. */
  readonly root: JsonPlace & { kind: JsonKind }
  /** Elements of an array, one by one. */
  elements (array: JsonPlace, limits?: JsonLimits): Generator<JsonElement>
  /** Members of an object, in order, repeated keys included. */
  members (object: JsonPlace): Generator<JsonMember>
  /** A value parsed whole. */
  value (place: JsonPlace, limits?: JsonLimits): JsonElement
  /** Where another top-level value begins behind this one, once this one was read through; null where none does. */
  readonly next: number | null
}

const longestKey = 64 * 1024

/**
 * Opens the JSON value at an offset of an open file, past a UTF-8 byte order mark, as if the file ended at `size`.
 * An empty file is `IMPORT_NOT_JSON`.
 */
export function openJson (fd: number, chunkSize = 2 ** 20, offset = 0, size = fstatSync(fd).size): JsonFile {
  const first = openCursor(fd, offset, Math.max(chunkSize, 3), size)
  readMore(first)
  if (first.bytes.subarray(0, 3).equals(Buffer.from('\ufeff'))) first.pos = 3
  const byte = peek(first)
  if (byte === END_OF_FILE) throw refusal('IMPORT_NOT_JSON', 'The file is empty. Download or export it again')
  const root = { kind: kindOf(byte), start: offsetOf(first), end: size }
  let next: number | null = null

  // Reading no further than the place goes keeps a look at a small value cheap.
  function openPlace ({ start, end }: JsonPlace) {
    return openCursor(fd, start, Math.max(1, Math.min(chunkSize, end - start)), size)
  }

  /** Looks behind the top-level value: people paste exports one behind the other. */
  function finish (cursor: ByteCursor, { start }: JsonPlace) {
    if (start !== root.start) return
    const end = offsetOf(cursor)
    const byte = peek(cursor)
    if (byte === END_OF_FILE) return
    if (kindOf(byte) === 'scalar') throw unexpected(cursor, 'more after the end of the JSON')
    root.end = end
    next = offsetOf(cursor)
  }

  function * elements (array: JsonPlace, limits = elementLimits): Generator<JsonElement> {
    const cursor = openPlace(array)
    expect(cursor, OPEN_BRACKET)
    if (peek(cursor) === CLOSE_BRACKET) cursor.pos++
    else {
      for (let index = 0; ; index++) {
        peek(cursor)
        yield readValue(cursor, limits, `Entry ${index}`)
        if (endsList(cursor, CLOSE_BRACKET)) break
      }
    }
    finish(cursor, array)
  }

  function * members (object: JsonPlace): Generator<JsonMember> {
    const cursor = openPlace(object)
    expect(cursor, OPEN_BRACE)
    if (peek(cursor) === CLOSE_BRACE) cursor.pos++
    else {
      do {
        const key = readKey(cursor)
        const kind = kindOf(peek(cursor))
        const start = offsetOf(cursor)
        skipValue(cursor, elementLimits)
        yield { key, kind, start, end: offsetOf(cursor) }
      } while (!endsList(cursor, CLOSE_BRACE))
    }
    finish(cursor, object)
  }

  function value (place: JsonPlace, limits = elementLimits) {
    const cursor = openPlace(place)
    peek(cursor)
    const element = readValue(cursor, limits, 'The value')
    finish(cursor, place)
    return element
  }

  return { root, elements, members, value, get next () { return next } }
}

function readKey (cursor: ByteCursor): string {
  if (peek(cursor) !== QUOTE) throw unexpected(cursor)
  const key = readValue(cursor, { ...elementLimits, bytes: longestKey }, 'A key')
  if ('refused' in key || typeof key.value !== 'string') {
    throw refusal('IMPORT_TOO_COMPLEX', `The file has a key longer than ${longestKey} bytes at byte ${key.start}`)
  }
  expect(cursor, COLON)
  return key.value
}

function readValue (cursor: ByteCursor, limits: JsonLimits, name: string): JsonElement {
  const start = offsetOf(cursor)
  cursor.mark = cursor.pos
  const refused = skipValue(cursor, limits)
  const place = { start, end: offsetOf(cursor) }
  if (refused !== null) return { ...place, refused }
  const bytes = cursor.bytes.subarray(cursor.mark, cursor.pos)
  cursor.mark = -1
  if (!isUtf8(bytes)) throw refusal('IMPORT_NOT_JSON', `${name} (at byte ${start} of the file) is not UTF-8 text. Save the file as UTF-8`)
  try {
    return { ...place, value: JSON.parse(decode(bytes)), size: bytes.length }
  } catch {
    throw refusal('IMPORT_NOT_JSON', `${name} (at byte ${start} of the file) is not valid JSON. Download or export the file again`)
  }
}

/** Text of valid UTF-8. For text beyond ASCII `transcode` is three times as fast as `toString`, at twice the memory. */
function decode (bytes: Buffer) {
  if (bytes.length > 16 * 2 ** 20 || isAscii(bytes)) return bytes.toString()
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le')
}
