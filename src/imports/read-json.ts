import { closeSync, openSync } from 'node:fs'
import { DomainError } from '../errors.js'
import type { JsonObject } from '../formats/kit/draft.js'
import type { ElementReader, ReadResult } from './element-reader.js'
import { isJsonLines, readLines } from './json/lines.js'
import { type JsonElement, openJson } from './json/scanner.js'
import { isObject } from '../formats/kit/json-value.js'
import { type Detect, planReading, type ReadingPlan, unwrapped } from './reading-plan.js'
import { findSidecar } from './sidecars.js'
import { type FileKind, notJson, unknownFormat } from './unrecognised.js'
import { asReason, refusal } from './refusal.js'

/** A file is no history when so many entries come before one that is known. It is not read any further. */
const MAX_UNKNOWN_ENTRIES = 10_000

/**
 * Everything found in one JSON file: one value, several one behind the other, or one a line. Nothing is passed on before
 * something in the file is recognised. `progress` is called with the number of bytes that were read.
 * @throws {DomainError} when the file is not JSON, is cut off in its first value, or holds entries but nothing known.
 */
export function * readJson (path: string, reader: ElementReader, detect: Detect, progress: (bytes: number) => void): Generator<ReadResult> {
  const fd = openSync(path, 'r')
  try {
    yield * readPlans(plansOf(fd, path, detect), reader, progress)
  } finally {
    closeSync(fd)
  }
}

/** The plans for the values of a file; each is asked for once the one before it was read. */
function * plansOf (fd: number, path: string, detect: Detect): Generator<ReadingPlan> {
  if (isJsonLines(fd)) {
    yield { groups: [{ elements: unwrapped(readLines(fd), detect), isList: true }], top: null }
    return
  }
  for (let offset: number | null = 0; offset !== null;) {
    const file = openJson(fd, undefined, offset)
    if (file.root.kind === 'scalar') throw notJson(path)
    yield planReading(file, detect)
    offset = file.next
  }
}

/**
 * Reads the elements of plans. Nothing is passed on before something is recognised. A fault of the file after that is an
 * entry of its own, and ends the reading.
 * @throws {DomainError} when nothing is recognised; `kind` tells what the file is.
 */
export function * readPlans (plans: Iterable<ReadingPlan>, reader: ElementReader, progress: (bytes: number) => void, kind: FileKind = 'JSON'): Generator<ReadResult> {
  const before = reader.recognised
  const held: ReadResult[] = []
  let first: JsonObject | null = null
  let example: JsonObject | null = null
  let refused = 0
  let done = 0
  try {
    for (const { groups, top } of plans) {
      if (done === 0) first = top
      example ??= top
      for (const { elements, isList } of groups) {
        for (const element of elements) {
          progress(element.end)
          example ??= objectIn(element)
          if ('refused' in element) refused++
          for (const result of reader.read(element)) {
            held.push(result)
            if (reader.recognised > before) yield * held.splice(0)
          }
          if (reader.recognised === before && held.length >= MAX_UNKNOWN_ENTRIES) throw unrecognised(kind, example, held, refused)
        }
        if (reader.recognised > before) yield * held.splice(0)
        if (isList) yield * reader.endGroup()
      }
      done++
    }
  } catch (error) {
    if (!(error instanceof DomainError) || done === 0 || reader.recognised === before) throw error
    yield { kind: 'failed', reason: `What follows value ${done} of the file cannot be read. ${asReason(error.message)}` }
  }
  yield * reader.endGroup()
  if (reader.recognised === before) assertEmpty(kind, first, example, held, refused)
}

/** A file without any entry is an empty history, unless it is known to be something else. */
function assertEmpty (kind: FileKind, top: JsonObject | null, example: JsonObject | null, held: ReadResult[], refused: number) {
  const isSidecar = top !== null && findSidecar(top) !== null
  if (held.length > 0 || isSidecar) throw unrecognised(kind, example, held, refused)
}

function unrecognised (kind: FileKind, example: JsonObject | null, held: ReadResult[], refused: number): DomainError {
  const [first] = held
  if (first?.kind === 'failed' && refused === held.length) {
    return refusal('IMPORT_TOO_COMPLEX', `The file holds nothing Parley can take apart. ${first.reason}`)
  }
  return unknownFormat(kind, example)
}

function objectIn (element: JsonElement): JsonObject | null {
  return 'value' in element && isObject(element.value) ? element.value : null
}
