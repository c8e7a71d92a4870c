import { statSync } from 'node:fs'
import { DomainError } from '../errors.js'
import type { ImportEntry } from '../formats/kit/draft.js'
import { detectFormat } from '../formats/registry.js'
import { unpack, type Unpacked } from './archives/unpack.js'
import { companionsIn } from './companions.js'
import { elementReader, type ReadResult, type SourceFile } from './element-reader.js'
import type { JsonElement } from './json/scanner.js'
import { readJson, readPlans } from './read-json.js'
import type { Detect } from './reading-plan.js'
import { archiveKind, headOf, isPage, isTable, isUtf16 } from './sniff.js'
import { activityElements } from './sources/activity-page.js'
import { tableElements } from './sources/table.js'
import { notJson, NotHistoryError } from './unrecognised.js'
import { asReason, refusal } from './refusal.js'

/** Reads one upload from beginning to end, once. */
export interface ImportReader {
  /**
   * Everything found, numbered from 0 across the whole upload. One broken entry is one `failed` entry.
   * Leaving the loop early closes what is open.
   * @throws {DomainError} when the file itself is at fault; what was found before then is not to be kept.
   */
  entries (): Generator<ImportEntry>
  /** Progress through `bytesTotal`, the size of what is read: of the unpacked files, where they came in an archive. */
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
  /** The name the file had where it was uploaded from. */
  fileName?: string | null
  /** Decides the format of an element, by all known formats unless told otherwise. */
  detect?: Detect
}

/** A history with more broken entries than this is broken itself. */
const MAX_FAILED_ENTRIES = 100_000

/** How much of a name stands in a report. */
const MAX_NAME_CHARACTERS = 200

/**
 * Opens an upload: a file of JSON, JSON Lines or CSV, a page of Google Takeout, or an archive of them (zip, tar, gzip, a
 * folder), whatever its name.
 * @throws {DomainError} `IMPORT_BAD_ARCHIVE` or `IMPORT_TOO_LARGE` for an archive; all other faults come up in `entries`.
 */
export async function openImport (path: string, { scratchDirectory, now, fileName = null, detect = detectFormat }: ImportOptions): Promise<ImportReader> {
  const unpacked = archiveKind(path) === null ? null : await unpack(path, scratchDirectory)
  const detectSafely = tolerant(detect)
  const reader = elementReader(detectSafely, now)
  const bytesTotal = unpacked === null ? statSync(path).size : unpacked.files.reduce((total, file) => total + statSync(file.path).size, 0)
  let bytesRead = 0
  let reading: Generator<ImportEntry> | undefined

  return {
    entries: () => (reading = numbered(unpacked === null ? read(path, { name: fileName === null ? null : shortened(fileName), companions: [] }) : readArchive(unpacked))),
    get bytesRead () { return bytesRead },
    bytesTotal,
    get formats () { return reader.formats },
    close: () => { reading?.return(undefined) }
  }

  function * read (path: string, file: SourceFile): Generator<ReadResult> {
    const before = bytesRead
    reader.beginFile(file)
    try {
      yield * resultsIn(path, (bytes) => { bytesRead = before + bytes })
    } finally {
      bytesRead = before + statSync(path).size
    }
  }

  function resultsIn (path: string, progress: (bytes: number) => void): Generator<ReadResult> {
    const head = headOf(path)
    if (isUtf16(head)) throw notJson(path)
    const elements = isPage(head) ? activityElements(path) : isTable(head) ? tableElements(path) : null
    return elements === null
      ? readJson(path, reader, detectSafely, progress)
      : readElements(path, elements, progress)
  }

  /** Reads a table or a page. One without any row or activity is refused as what it looks like. */
  function * readElements (path: string, elements: Iterable<JsonElement>, progress: (bytes: number) => void): Generator<ReadResult> {
    const before = reader.recognised
    yield * readPlans([{ groups: [{ elements, isList: true }], top: null }], reader, progress, 'table')
    if (reader.recognised === before) throw notJson(path)
  }

  function * readArchive ({ files, unread }: Unpacked): Generator<ReadResult> {
    const companions = companionsIn(files)
    const faults: Array<{ name: string, path: string, error: DomainError }> = []
    let hasReadHistory = false
    for (const { name, reason } of unread) yield { kind: 'unread', name: shortened(name), reason }
    for (const file of files) {
      const name = shortened(file.name)
      try {
        yield * read(file.path, { name, companions })
        hasReadHistory ||= file.isHistory
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
        // A file of another kind can have the name of a history: `mongoexport` writes one.
        if (file.isHistory && error.code !== 'IMPORT_NOT_A_HISTORY') throw faultIn(name, error)
        faults.push({ name, path: file.name, error })
        // A file that is damaged may have been a history.
        if (!(error instanceof NotHistoryError)) yield { kind: 'failed', title: name, reason: asReason(error.message) }
      }
    }
    // Other kinds of file are to be expected in an archive.
    for (const { name, path, error } of faults) {
      if (error instanceof NotHistoryError && !isUsed(path, error)) yield { kind: 'unread', name, reason: `It is ${error.what}` }
    }
    // A history known by its name that was read through is one, if an empty one.
    if (reader.recognised > 0 || hasReadHistory) return
    const worst = faults.find(({ error }) => !(error instanceof NotHistoryError)) ?? faults[0]
    if (worst !== undefined) throw faultIn(worst.name, worst.error)
    if (files.length === 0) throw nothingToRead(unread)

    function isUsed (path: string, { sidecar }: NotHistoryError): boolean {
      return sidecar?.isCompanion === true && companions.some((companion) => companion.path === path && reader.formats.includes(companion.format.name))
    }
  }
}

function faultIn (name: string, { code, message }: DomainError): DomainError {
  return new DomainError(code, `${name}: ${message}`)
}

function nothingToRead (unread: Unpacked['unread']) {
  const named = unread.slice(0, 5).map(({ name, reason }) => ` ${shortened(name)}: ${reason}.`)
  return refusal('IMPORT_NOT_A_HISTORY', `There is no chat history in the archive: no file of JSON, JSON Lines or CSV, and no activity of Gemini.${named.join('')}`)
}

function shortened (name: string): string {
  return name.slice(-MAX_NAME_CHARACTERS)
}

function * numbered (results: Generator<ReadResult>): Generator<ImportEntry> {
  let index = 0
  let failures = 0
  for (const result of results) {
    if (result.kind === 'failed' && ++failures > MAX_FAILED_ENTRIES) {
      throw refusal('IMPORT_TOO_COMPLEX', `More than ${MAX_FAILED_ENTRIES} entries of the file cannot be read. The last reason: ${result.reason}`)
    }
    yield { ...result, index: result.kind === 'unread' ? index : index++ }
  }
}

/** A format that throws when it is asked about an element does not know it. */
function tolerant (detect: Detect): Detect {
  return (element) => {
    try {
      return detect(element)
    } catch {
      return null
    }
  }
}
