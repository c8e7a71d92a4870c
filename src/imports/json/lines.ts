import { DomainError } from '../../errors.js'
import type { JsonValue } from '../../formats/kit/draft.js'
import { isObject } from '../../formats/kit/json-value.js'
import { type ByteCursor, offsetOf, openCursor, readMore } from './byte-cursor.js'
import { elementLimits, type JsonElement, type JsonPlace, openJson } from './scanner.js'

const NEWLINE = 0x0a
const CHUNK_BYTES = 2 ** 20

/** A first line longer than this is that of a file without line breaks, whatever comes behind it. */
const MAX_FIRST_LINE_BYTES = 64 * 2 ** 20
/** A line up to this size is parsed to see whether it is JSON; of a longer one only its ends are looked at. */
const MAX_TRIED_BYTES = 2 ** 20

/** Lines at the beginning of a file that say whether it has one value a line. */
const SAMPLE_LINES = 10

/**
 * Whether an open file holds one JSON value a line, and objects among them.
 *
 * Only JSON Lines has, near its start, two lines that are each a whole object without a comma between. So two such lines
 * among the first three are enough, and the third may be broken. In a file of two lines the second may be cut off. Further
 * down, two such lines count if every line before them is a whole value.
 */
export function isJsonLines (fd: number): boolean {
  const lines = firstLines(fd, SAMPLE_LINES)
  const [first, second, third] = lines
  if (first === undefined || second === undefined) return false
  if (third === undefined) return isObjectLine(fd, first)
  if (lines.slice(0, 3).filter((line) => isObjectLine(fd, line)).length >= 2) return true
  return lines.every((line) => isValueLine(fd, line)) && lines.filter((line) => isObjectLine(fd, line)).length >= 2
}

/** The value of every line, in order; what is wrong with a line stays with it. */
export function * readLines (fd: number): Generator<JsonElement> {
  for (const { line, isLast } of linesOf(fd)) {
    const broken = (why: string): JsonElement => ({ start: line.start, end: line.end, refused: `Line ${line.number} ${why}` })
    try {
      // There may be more than one value in a line.
      for (let offset: number | null = line.start; offset !== null;) {
        const file = openJson(fd, Math.max(1, Math.min(CHUNK_BYTES, line.end - offset)), offset, line.end)
        if (file.root.kind === 'scalar') {
          yield scalarLine(fd, line) ?? broken('is not valid JSON')
          break
        }
        const element = file.value(file.root, elementLimits)
        yield 'refused' in element ? broken(`cannot be read. ${element.refused}`) : element
        offset = file.next
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      yield broken(isLast ? 'is cut off: the file ends in the middle of it' : 'is not valid JSON')
    }
  }
}

/** A line of a number, a text, `null` or the like; null where it is no JSON. */
function scalarLine (fd: number, { start, end }: Line): JsonElement | null {
  const value = end - start > MAX_TRIED_BYTES ? undefined : parsed(fd, start, end)
  return value === undefined ? null : { start, end, size: end - start, value }
}

/** The places of the lines with something in them. */
function * linesOf (fd: number): Generator<{ line: Line, isLast: boolean }> {
  const cursor = openCursor(fd, 0, CHUNK_BYTES)
  let waiting: Line | null = null
  let number = 1
  for (let line = nextLine(cursor); line !== null; line = nextLine(cursor)) {
    number += line.blankLines
    if (waiting !== null) yield { line: waiting, isLast: false }
    waiting = { ...line, number: number++ }
  }
  if (waiting !== null) yield { line: waiting, isLast: true }
}

interface Line extends JsonPlace {
  /** Counts from 1, blank lines too. */
  number: number
}

/** The next line with something in it, without white space around it; null at the end of the file. */
function nextLine (cursor: ByteCursor, maxBytes = Infinity): JsonPlace & { blankLines: number } | null {
  let blankLines = 0
  let start = offsetOf(cursor)
  let end = -1
  let isBlank = true
  for (;;) {
    const { bytes } = cursor
    if (isBlank) {
      while (isSpace(bytes[cursor.pos])) if (bytes[cursor.pos++] === NEWLINE) blankLines++
      start = offsetOf(cursor)
      isBlank = cursor.pos >= bytes.length
    }
    const newline = bytes.indexOf(NEWLINE, cursor.pos)
    const stop = newline < 0 ? bytes.length : newline
    const lastSeen = lastOf(bytes, cursor.pos, stop)
    if (lastSeen >= 0) end = cursor.base + lastSeen + 1
    cursor.pos = newline < 0 ? Math.max(cursor.pos, bytes.length) : newline + 1
    if (newline >= 0 || end - start > maxBytes) return { start, end, blankLines }
    if (!readMore(cursor)) return end > start ? { start, end, blankLines } : null
  }
}

function firstLines (fd: number, count: number): JsonPlace[] {
  const cursor = openCursor(fd, 0, 64 * 1024)
  readMore(cursor)
  if (cursor.bytes.subarray(0, 3).equals(Buffer.from('\ufeff'))) cursor.pos = 3
  const lines: JsonPlace[] = []
  while (lines.length < count) {
    const line = nextLine(cursor, MAX_FIRST_LINE_BYTES)
    if (line === null) break
    lines.push(line)
    if (line.end - line.start > MAX_FIRST_LINE_BYTES) break
  }
  return lines
}

function isObjectLine (fd: number, { start, end }: JsonPlace): boolean {
  if (firstByte(fd, start, end) !== 0x7b || firstByte(fd, end - 1, end) !== 0x7d) return false
  return end - start > MAX_TRIED_BYTES || isObject(parsed(fd, start, end))
}

function isValueLine (fd: number, line: JsonPlace): boolean {
  return line.end - line.start > MAX_TRIED_BYTES ? isObjectLine(fd, line) : parsed(fd, line.start, line.end) !== undefined
}

function firstByte (fd: number, start: number, end: number): number | undefined {
  const cursor = openCursor(fd, start, 1, end)
  readMore(cursor)
  return cursor.bytes[0]
}

/** The value of a line that is small enough to try; undefined where it is not JSON. */
function parsed (fd: number, start: number, end: number): JsonValue | undefined {
  const cursor = openCursor(fd, start, end - start, end)
  readMore(cursor)
  try {
    return JSON.parse(cursor.bytes.toString())
  } catch {
    return undefined
  }
}

function lastOf (bytes: Buffer, from: number, stop: number): number {
  let at = stop - 1
  while (at >= from && isSpace(bytes[at])) at--
  return at >= from ? at : -1
}

function isSpace (byte: number | undefined) {
  return byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09
}
