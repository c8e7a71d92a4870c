import { statSync } from 'node:fs'
import { DomainError } from '../errors.js'
import type { ImportEntry } from '../formats/kit/draft.js'
import { elementReader, type Finding } from './element-reader.js'
import { detectFormat } from '../formats/registry.js'
import { readJson } from './read-json.js'
import type { Detect } from './reading-plan.js'
import { isZip } from './sniff.js'
import { headOf } from './unrecognised.js'
import { extractHistory } from './zip/zip.js'

/** Reads one upload from beginning to end, once. */
export interface ImportReader {
  /**
   * Everything found, numbered from 0 across the whole upload. One broken entry is one `failed` entry.
   * Leaving the loop early closes what is open.
   * @throws {DomainError} when the file itself is at fault; what was found before then is not to be kept.
   */
  entries (): Generator<ImportEntry>
  /** Progress through `bytesTotal`, the size of what is read: of the JSON files, where they came in an archive. */
  readonly bytesRead: number
  readonly bytesTotal: number
  /** Names of the formats seen so far. */
  readonly formats: string[]
  /** Ends reading, also half-way through `entries`. */
  close (): void
}

export interface ImportOptions {
  /** A private, empty directory for what comes out of an archive; the caller removes it. */
  scratchDirectory: string
  /** Milliseconds since the epoch, for what has no time of its own. */
  now: number
  /** Decides the format of an element, by all known formats unless told otherwise. */
  detect?: Detect
}

/** A history with more broken entries than this is broken itself. */
const maxFailed = 100_000

/**
 * Opens an upload, a JSON file or a zip archive, whatever its name.
 * @throws {DomainError} `IMPORT_BAD_ARCHIVE` or `IMPORT_TOO_LARGE` for an archive; all other faults come up in `entries`.
 */
export async function openImport (path: string, { scratchDirectory, now, detect = detectFormat }: ImportOptions): Promise<ImportReader> {
  const isArchive = isZip(headOf(path))
  const files = isArchive ? await extractHistory(path, scratchDirectory) : []
  const detectSafely = tolerant(detect)
  const reader = elementReader(detectSafely, now)
  const size = isArchive ? files.reduce((total, file) => total + statSync(file.path).size, 0) : statSync(path).size
  let bytesRead = 0
  let reading: Generator<ImportEntry> | undefined

  return {
    entries: () => (reading = numbered(isArchive ? readArchive() : read(path))),
    get bytesRead () { return bytesRead },
    bytesTotal: size,
    get formats () { return reader.formats },
    close: () => { reading?.return(undefined) }
  }

  function * read (path: string): Generator<Finding> {
    const before = bytesRead
    try {
      yield * readJson(path, reader, detectSafely, (bytes) => { bytesRead = before + bytes })
    } finally {
      bytesRead = before + statSync(path).size
    }
  }

  function * readArchive (): Generator<Finding> {
    const faults: DomainError[] = []
    for (const file of files) {
      try {
        yield * read(file.path)
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
        const name = file.name.slice(-200)
        const fault = new DomainError(error.code, `${name}: ${error.message}`)
        if (file.isHistory) throw fault
        faults.push(fault)
        // Other kinds of file are to be expected in an archive; a file that is damaged may have been a history.
        if (!isOtherKind(fault)) yield { kind: 'failed', title: name, reason: error.message }
      }
    }
    if (reader.recognised > 0) return
    const fault = faults.find((fault) => !isOtherKind(fault)) ?? faults[0]
    if (fault !== undefined) throw fault
    if (files.length === 0) throw new DomainError('IMPORT_NOT_A_HISTORY', 'There is no JSON file in the archive. Pick the zip as it was downloaded.')
  }
}

function * numbered (findings: Generator<Finding>): Generator<ImportEntry> {
  let index = 0
  let failures = 0
  for (const finding of findings) {
    if (finding.kind === 'failed' && ++failures > maxFailed) {
      throw new DomainError('IMPORT_TOO_COMPLEX', `More than ${maxFailed} entries of the file cannot be read. The last reason: ${finding.reason}`)
    }
    yield { ...finding, index: index++ }
  }
}

function isOtherKind ({ code }: DomainError) {
  return code === 'IMPORT_NOT_A_HISTORY' || code === 'IMPORT_UNKNOWN_FORMAT'
}

/** A format that stumbles over an element it was only asked about does not know it. */
function tolerant (detect: Detect): Detect {
  return (element) => {
    try {
      return detect(element)
    } catch {
      return null
    }
  }
}
