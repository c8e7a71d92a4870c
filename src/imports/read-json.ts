import { closeSync, openSync } from 'node:fs'
import { DomainError } from '../errors.js'
import type { JsonObject } from '../formats/kit/draft.js'
import type { ElementReader, Finding } from './element-reader.js'
import { isJsonLines, readLines } from './json/lines.js'
import { type JsonElement, openJson } from './json/scanner.js'
import { isObject } from '../formats/kit/json-value.js'
import { type Detect, planReading, type ReadingPlan, unwrapped } from './reading-plan.js'
import { findSidecar } from './sidecars.js'
import { notJson, unknownFormat } from './unrecognised.js'
import { asReason, refusal } from './refusal.js'

/** A file whose first so many entries are nothing known is no history, and not worth reading on. */
const MAX_UNKNOWN_ENTRIES = 10_000

/**
 * Everything found in one JSON file: one value, several one behind the other, or one a line. Nothing is passed on before
 * something in the file is recognised; `progress` hears how many bytes are behind.
 * @throws {DomainError} when the file is not JSON, is cut off in its first value, or holds entries but nothing known.
 */
export function * readJson (path: string, reader: ElementReader, detect: Detect, progress: (bytes: number) => void): Generator<Finding> {
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

/** Reads the elements of plans; the first fault of a file behind something that was recognised is an entry of its own. */
export function * readPlans (plans: Iterable<ReadingPlan>, reader: ElementReader, progress: (bytes: number) => void): Generator<Finding> {
  const before = reader.recognised
  const held: Finding[] = []
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
          for (const finding of reader.read(element)) {
            held.push(finding)
            if (reader.recognised > before) yield * held.splice(0)
          }
          if (reader.recognised === before && held.length >= MAX_UNKNOWN_ENTRIES) throw unrecognised(example, held, refused)
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
  if (reader.recognised === before) assertEmpty(first, example, held, refused)
}

/** A file without any entry is an empty history, unless it is known to be something else. */
function assertEmpty (top: JsonObject | null, example: JsonObject | null, held: Finding[], refused: number) {
  const isSidecar = top !== null && findSidecar(top) !== null
  if (held.length > 0 || isSidecar) throw unrecognised(example, held, refused)
}

function unrecognised (example: JsonObject | null, held: Finding[], refused: number): DomainError {
  const [first] = held
  if (first?.kind === 'failed' && refused === held.length) {
    return refusal('IMPORT_TOO_COMPLEX', `The file holds nothing Parley can take apart. ${first.reason}`)
  }
  return unknownFormat(example)
}

function objectIn (element: JsonElement): JsonObject | null {
  return 'value' in element && isObject(element.value) ? element.value : null
}
