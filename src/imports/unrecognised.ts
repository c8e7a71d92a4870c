import { DomainError } from '../errors.js'
import type { JsonObject, Sidecar } from '../formats/kit/draft.js'
import { findSidecar } from './sidecars.js'
import { headOf, looksLike } from './sniff.js'

const MAX_KEYS = 8
const MAX_KEY_CHARACTERS = 40

/** Where every format is listed, and how to get its file. */
const SEE_DOCS = 'The documentation (docs/import.md) lists the histories that Parley reads.'

/** The error for a file that holds no history, whatever else it is. */
export class NotHistoryError extends DomainError {
  /** What it is, as the end of "It is …". */
  readonly what: string
  /** The known neighbour of histories that it is. */
  readonly sidecar: Sidecar | null

  constructor (code: 'IMPORT_NOT_JSON' | 'IMPORT_NOT_A_HISTORY' | 'IMPORT_UNKNOWN_FORMAT', message: string, what: string, sidecar: Sidecar | null = null) {
    super(code, message)
    this.what = what
    this.sidecar = sidecar
  }
}

/** The error for a file whose content is neither an object nor a list; it names what the file looks like. */
export function notJson (path: string) {
  const what = looksLike(headOf(path))
  return new NotHistoryError('IMPORT_NOT_JSON', `The file is not a chat history in JSON: it looks like ${what}. ${SEE_DOCS}`, what)
}

/** What a file was read as. */
export type FileKind = 'JSON' | 'table'

/** The error for a file in which nothing is known. `example` is its object, the first one in its list, or the first row. */
export function unknownFormat (kind: FileKind, example: JsonObject | null) {
  const sidecar = example === null ? null : findSidecar(example)
  if (sidecar !== null) return new NotHistoryError('IMPORT_NOT_A_HISTORY', `This is ${sidecar.what}. Pick ${sidecar.take}.`, sidecar.what, sidecar)
  const keys = found(kind, example)
  const file = kind === 'JSON' ? 'JSON' : 'a table'
  return new NotHistoryError('IMPORT_UNKNOWN_FORMAT', `The file is ${file}, but not in a format Parley knows: ${keys}. ${SEE_DOCS}`, `${file} in no format Parley knows: ${keys}`)
}

function found (kind: FileKind, example: JsonObject | null): string {
  if (example === null) return 'there are no objects in it'
  const keys = Object.keys(example)
  if (keys.length === 0) return 'it has an object without keys'
  const shown = keys.slice(0, MAX_KEYS).map((key) => JSON.stringify(key.slice(0, MAX_KEY_CHARACTERS)))
  return `it has the ${kind === 'JSON' ? 'keys' : 'columns'} ${shown.join(', ')}${keys.length > MAX_KEYS ? ', …' : ''}`
}
