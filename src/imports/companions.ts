import { readFileSync, statSync } from 'node:fs'
import type { ImportFormat, JsonObject, JsonValue } from '../formats/kit/draft.js'
import { isObject } from '../formats/kit/json-value.js'
import { formats } from '../formats/registry.js'
import type { UnpackedFile } from './archives/unpack.js'
import { headOf } from './sniff.js'

/** What a format looks up while it reads another file of the same archive. */
export interface Companion {
  format: ImportFormat
  path: string
  value: JsonValue
}

/** What companions may take in memory, each and together. */
const MAX_COMPANION_BYTES = 8 * 2 ** 20
const MAX_COMPANIONS_BYTES = 32 * 2 ** 20

/** How much of a JSON Lines file is searched for headlines. */
const HEADLINES_BYTES = 64 * 1024
/** Headlines of one archive: each session is compared with all of them. */
const MAX_HEADLINES = 10_000

/** The companions in an archive, chosen by the formats: whole JSON files, and headlines of JSON Lines files. */
export function companionsIn (files: readonly UnpackedFile[]): Companion[] {
  return [...wholeFiles(files), ...headlines(files)]
}

function wholeFiles (files: readonly UnpackedFile[]): Companion[] {
  let left = MAX_COMPANIONS_BYTES
  const paths = new Set(files.map(({ name }) => name))
  return files.flatMap(({ name, path }) => {
    const wanting = formats.filter((format) => format.companion?.(name, paths))
    const { size } = statSync(path)
    if (wanting.length === 0 || size > MAX_COMPANION_BYTES || size > left) return []
    left -= size
    const text = readFileSync(path, 'utf8')
    const value = parsed(text) ?? parsedLines(text)
    return value === undefined ? [] : wanting.map((format) => ({ format, path: name, value }))
  })
}

function headlines (files: readonly UnpackedFile[]): Companion[] {
  let left = MAX_HEADLINES
  return files.filter(({ name }) => /\.jsonl$/i.test(name)).flatMap(({ name, path }) => {
    const lines = left > 0 ? firstObjects(path) : []
    return formats.flatMap((format) => {
      const value = lines.filter((line) => format.headline?.(line)).slice(0, left)
      left -= value.length
      return value.length === 0 ? [] : [{ format, path: name, value }]
    })
  })
}

/** The objects in the first lines of a file. The last of them may be cut off, and is not one then. */
function firstObjects (path: string): JsonObject[] {
  return headOf(path, HEADLINES_BYTES).toString().split('\n').map(parsed).filter((value) => isObject(value))
}

function parsedLines (text: string): JsonValue[] | undefined {
  const values = text.split('\n').filter((line) => line.trim() !== '').map(parsed)
  return values.every((value) => value !== undefined) ? values : undefined
}

function parsed (text: string): JsonValue | undefined {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}
