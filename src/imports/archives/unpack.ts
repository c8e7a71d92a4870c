import { readFileSync, statSync } from 'node:fs'
import { DomainError } from '../../errors.js'
import type { JsonValue } from '../../formats/kit/draft.js'
import { archiveKind, headOf } from '../sniff.js'
import type { ArchiveEntry } from './archive-entry.js'
import { archiveError, type ArchiveLimits, archiveLimits, openBudget } from './budget.js'
import { gates, inReadingOrder, isHistoryName, isManifest, kindOfEntry } from './entries.js'
import { folderEntries } from './folder.js'
import { gunzip, tarEntries } from './tar.js'
import { zipEntries } from './zip.js'
import { asReason } from '../refusal.js'

/** A file out of an archive. */
export interface UnpackedFile {
  /** Its name in the archive, after those of the archives it is in, for messages. */
  name: string
  /** Where it is now, under a name of our own. */
  path: string
  /** Whether its name says that it is a history; what is wrong with one is wrong with the upload. */
  isHistory: boolean
}

/** An entry that may have held a history and was not unpacked. */
export interface UnreadEntry { name: string, reason: string, error?: DomainError }

/** What an archive holds. */
export interface Unpacked {
  /** In reading order. */
  files: UnpackedFile[]
  unread: UnreadEntry[]
}

/** Archives in archives in archives: an export, its parts, and whoever packed them once more. */
const MAX_LEVELS = 4
const MAX_MANIFEST_BYTES = 2 ** 20

/**
 * Unpacks what may hold a history from a folder or a zip, tar or gzip archive, and from archives in it, into `directory` (private to
 * the caller, who also removes it).
 * @throws {DomainError} `IMPORT_BAD_ARCHIVE` when the archive, or a history in it, is damaged, encrypted or hostile;
 * `IMPORT_TOO_LARGE` beyond a limit; `IMPORT_NOT_A_HISTORY` for a document of Office.
 */
export async function unpack (path: string, directory: string, limits: ArchiveLimits = archiveLimits): Promise<Unpacked> {
  const budget = openBudget(directory, limits)
  const files: Array<{ name: string, path: string }> = []
  const unread: UnreadEntry[] = []
  await readArchive(path, '', 1)
  const fault = unread.find(({ name, error }) => error !== undefined && (files.length === 0 || isHistoryName(name)))?.error
  if (fault !== undefined) throw fault
  const manifests = files.filter(({ name }) => isManifest(name)).map(({ name, path }) => ({ name, value: readManifest(path) }))
  return { files: inReadingOrder(files, manifests), unread }

  async function readArchive (path: string, prefix: string, level: number): Promise<void> {
    const kind = archiveKind(path)
    if (kind === 'gzip') return await readGzip(path, prefix, level)
    const entriesOf = kind === 'folder' ? folderEntries : kind === 'tar' ? tarEntries : zipEntries
    for await (const entry of entriesOf(path, budget)) {
      await readEntry({ ...entry, name: prefix + entry.name }, entry.name, level)
    }
  }

  async function readEntry ({ name, packedBytes, open }: ArchiveEntry, ownName: string, level: number) {
    const kind = kindOfEntry(ownName)
    if (kind === 'other') return
    if (kind === 'closed') return unread.push({ name, reason: 'It is an archive of a kind Parley does not open. Unpack it first' })
    await noting(name, async () => {
      const path = await budget.save(open(), packedBytes, gates[kind])
      if (path === null) {
        if (kind === 'page') unread.push({ name, reason: 'It is a web page, not the activity of Gemini' })
      } else if (kind !== 'archive') {
        files.push({ name, path })
      } else {
        await readInner(path, name, level)
      }
    })
  }

  async function readInner (path: string, name: string, level: number) {
    if (statSync(path).size === 0) unread.push({ name, reason: 'It is an archive of 0 bytes' })
    else if (level === MAX_LEVELS) unread.push({ name, reason: `It is an archive inside ${MAX_LEVELS} others. Unpack it first` })
    else if (archiveKind(path) === null) unread.push({ name, reason: 'It is no archive, whatever its name says' })
    else await readArchive(path, `${name}/`, level + 1)
  }

  async function readGzip (path: string, prefix: string, level: number) {
    const inner = await gunzip(path, budget).catch((error) => { throw archiveError(error) })
    const name = prefix.replace(/\.gz\/$/i, '').replace(/\/$/, '')
    if (inner === null) return
    if (archiveKind(inner) === 'tar') await readArchive(inner, prefix, level)
    else files.push({ name: name === '' ? 'the file in the archive' : name, path: inner })
  }

  /** Notes what is wrong with one entry; limits and faults of the system concern all of the upload. */
  async function noting (name: string, work: () => Promise<unknown>) {
    try {
      await work()
    } catch (error) {
      const fault = archiveError(error)
      if (!(fault instanceof DomainError) || fault.code === 'IMPORT_TOO_LARGE') throw fault
      unread.push({ name, reason: asReason(fault.message), error: fault })
    }
  }
}

function readManifest (path: string): JsonValue {
  if (headOf(path).length === 0 || statSync(path).size > MAX_MANIFEST_BYTES) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // The shards are found by their names as well.
    return null
  }
}
