import { closeSync, openSync, readSync } from 'node:fs'
import { DomainError } from '../errors.js'
import type { JsonObject } from '../formats/kit/draft.js'
import { formats } from '../formats/registry.js'
import { sidecarSentence } from './sidecars.js'
import { looksLike } from './sniff.js'

const shownKeys = 8
const shownKeyLength = 40

/** The first bytes of a file, at most 4 KiB. */
export function headOf (path: string): Buffer {
  const fd = openSync(path, 'r')
  try {
    const head = Buffer.alloc(4096)
    return head.subarray(0, readSync(fd, head, 0, head.length, 0))
  } finally {
    closeSync(fd)
  }
}

/** The error for a file whose content is neither an object nor a list; it names what the file looks like. */
export function notJson (path: string) {
  return new DomainError('IMPORT_NOT_JSON', `The file is not a chat history in JSON: it looks like ${looksLike(headOf(path))}. ${whatParleyReads()}`)
}

/** The error for JSON in which nothing is known; `example` is the file's object or the first one in its list. */
export function unknownFormat (example: JsonObject | null) {
  const sidecar = example === null ? null : sidecarSentence(example)
  if (sidecar !== null) return new DomainError('IMPORT_NOT_A_HISTORY', sidecar)
  const found = example === null ? 'there are no objects in it' : `it has ${keysOf(example)}`
  return new DomainError('IMPORT_UNKNOWN_FORMAT', `The file is JSON, but not in a format Parley knows: ${found}. ${whatParleyReads()}`)
}

function keysOf (example: JsonObject) {
  const keys = Object.keys(example)
  if (keys.length === 0) return 'an object without keys'
  const shown = keys.slice(0, shownKeys).map((key) => JSON.stringify(key.slice(0, shownKeyLength)))
  return `the keys ${shown.join(', ')}${keys.length > shownKeys ? ', …' : ''}`
}

function whatParleyReads () {
  return `Parley reads exports of ${new Intl.ListFormat('en').format(formats.map(({ label }) => label))}, as JSON or as the zip they come in.`
}
