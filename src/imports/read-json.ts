import { closeSync, openSync } from 'node:fs'
import { DomainError } from '../errors.js'
import type { JsonObject } from '../formats/kit/draft.js'
import type { ElementReader, Finding } from './element-reader.js'
import { type JsonElement, openJson } from './json/scanner.js'
import { isObject } from '../formats/kit/json-value.js'
import { type Detect, planReading } from './reading-plan.js'
import { sidecarSentence } from './sidecars.js'
import { notJson, unknownFormat } from './unrecognised.js'

/** A file whose first so many entries are nothing known is no history, and not worth reading on. */
const maxUnknown = 10_000

/**
 * Everything found in one JSON file. Nothing is passed on before something in the file is recognised; `progress` hears
 * how many bytes are behind.
 * @throws {DomainError} when the file is not JSON, is cut off, or holds entries but nothing known.
 */
export function * readJson (path: string, reader: ElementReader, detect: Detect, progress: (bytes: number) => void): Generator<Finding> {
  const fd = openSync(path, 'r')
  try {
    const file = openJson(fd)
    if (file.root.kind === 'scalar') throw notJson(path)
    const { groups, top } = planReading(file, detect)
    const before = reader.recognised
    const held: Finding[] = []
    let example = top
    let refused = 0
    for (const group of groups) {
      for (const element of group) {
        progress(element.end)
        example ??= objectIn(element)
        if ('refused' in element) refused++
        for (const finding of reader.read(element)) {
          held.push(finding)
          if (reader.recognised > before) yield * held.splice(0)
        }
        if (held.length >= maxUnknown) throw unrecognised(example, held, refused)
      }
      if (reader.recognised > before) yield * held.splice(0)
      yield * reader.endGroup()
    }
    if (reader.recognised === before) assertEmpty(top, example, held, refused)
  } finally {
    closeSync(fd)
  }
}

/** A file without any entry is an empty history, unless it is known to be something else. */
function assertEmpty (top: JsonObject | null, example: JsonObject | null, held: Finding[], refused: number) {
  const isSidecar = top !== null && sidecarSentence(top) !== null
  if (held.length > 0 || isSidecar) throw unrecognised(example, held, refused)
}

function unrecognised (example: JsonObject | null, held: Finding[], refused: number): DomainError {
  const [first] = held
  if (first?.kind === 'failed' && refused === held.length) {
    return new DomainError('IMPORT_TOO_COMPLEX', `The file holds nothing Parley can take apart. ${first.reason}`)
  }
  return unknownFormat(example)
}

function objectIn (element: JsonElement): JsonObject | null {
  return 'value' in element && isObject(element.value) ? element.value : null
}
