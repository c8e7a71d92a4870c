import { closeSync, createWriteStream, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { DomainError } from '../../errors.js'
import type { JsonValue } from '../../formats/kit/draft.js'
import { findManifest, selectEntries } from './entries.js'
import { openZip } from './reader.js'

/** What an archive may hold and grow to; sizes are counted while inflating, because an archive's own can lie. */
export interface ZipLimits {
  entries: number
  /** Bytes inflated in all, nested archives included. */
  inflatedBytes: number
  /** How many times its packed size one entry may grow, once past `freeBytes`. */
  ratio: number
  freeBytes: number
}

/** An honest export of JSON packs 5 to 20 times; deflate cannot do better than 1,032 times. */
export const zipLimits: ZipLimits = { entries: 20_000, inflatedBytes: 4 * 2 ** 30, ratio: 1_000, freeBytes: 16 * 2 ** 20 }

const largestManifest = 2 ** 20

/** A JSON file out of an archive. */
export interface ExtractedFile {
  /** Its name in the archive, for messages. */
  name: string
  /** Where it is now, under a name of our own. */
  path: string
  /** Whether its name says that it is a history; otherwise it may be anything. */
  isHistory: boolean
}

/**
 * Extracts the JSON files of an archive that hold, or may hold, a history into `directory` (private to the caller,
 * who also removes it) and lists them in reading order. Follows archives one level into the archive.
 * @throws {DomainError} `IMPORT_BAD_ARCHIVE` when damaged, encrypted or hostile; `IMPORT_TOO_LARGE` beyond a limit.
 */
export async function extractHistory (path: string, directory: string, limits = zipLimits): Promise<ExtractedFile[]> {
  const budget = { ...limits, extracted: 0 }
  return await readArchive(path, '', 1)

  async function readArchive (path: string, prefix: string, levels: number): Promise<ExtractedFile[]> {
    const fd = openSync(path, 'r')
    try {
      const zip = await openZip(fd)
      const entries = await listEntries(zip, limits.entries)
      const { histories, candidates, archives } = selectEntries(entries, await readManifest(zip, findManifest(entries)))
      const files: ExtractedFile[] = []
      for (const entry of histories) files.push({ name: prefix + entry.fileName, path: await save(zip, entry), isHistory: true })
      for (const entry of candidates) files.push({ name: prefix + entry.fileName, path: await save(zip, entry), isHistory: false })
      for (const entry of levels > 0 ? archives : []) {
        files.push(...await readArchive(await save(zip, entry), `${prefix}${entry.fileName}/`, levels - 1))
      }
      return files
    } catch (error) {
      throw archiveError(error)
    } finally {
      closeSync(fd)
    }
  }

  async function readManifest (zip: ZipFile, entry: Entry | undefined): Promise<JsonValue> {
    if (entry === undefined || entry.uncompressedSize > largestManifest) return null
    const text = readFileSync(await save(zip, entry), 'utf8')
    try {
      return JSON.parse(text)
    } catch {
      // The shards are found by their names as well.
      return null
    }
  }

  async function save (zip: ZipFile, entry: Entry): Promise<string> {
    const path = join(directory, `entry-${budget.extracted++}`)
    await extract(zip, entry, path, budget)
    return path
  }
}

async function listEntries (zip: ZipFile, limit: number): Promise<Entry[]> {
  if (zip.entryCount > limit) {
    throw new DomainError('IMPORT_TOO_LARGE', `The archive holds more than ${limit} files: import the history files in it one by one`)
  }
  const entries: Entry[] = []
  for await (const entry of zip.eachEntry()) entries.push(entry)
  return entries
}

async function extract (zip: ZipFile, entry: Entry, path: string, budget: ZipLimits) {
  if (entry.isEncrypted()) throw badArchive('it is protected by a password. Import it without one')
  if (!entry.canDecodeFileData()) throw badArchive('it is packed in a way Parley does not read. Pack it again as an ordinary zip')
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false })
  const unpack = entry.compressionMethod === 0 ? new PassThrough() : createInflateRaw({ chunkSize: 256 * 1024 })
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  await pipeline(packed, unpack, (chunks: AsyncIterable<Buffer>) => checked(chunks, entry, budget), file)
}

/** Passes an entry's bytes on, charging them to the budget and comparing them with what the archive says about them. */
async function * checked (chunks: AsyncIterable<Buffer>, entry: Entry, budget: ZipLimits) {
  let size = 0
  let sum = 0
  for await (const chunk of chunks) {
    size += chunk.length
    sum = crc32(chunk, sum)
    budget.inflatedBytes -= chunk.length
    if (budget.inflatedBytes < 0) throw new DomainError('IMPORT_TOO_LARGE', 'The archive is too large once unpacked: import the history files in it one by one')
    if (size > budget.freeBytes && size > budget.ratio * entry.compressedSize) {
      throw badArchive(`an entry of ${entry.compressedSize} bytes unpacks to more than ${budget.ratio} times as much`)
    }
    yield chunk
  }
  if (size !== entry.uncompressedSize || sum !== entry.crc32) throw badArchive(damaged)
}

const damaged = 'it is damaged, or its download was not complete. Download it again'

function badArchive (why: string) {
  return new DomainError('IMPORT_BAD_ARCHIVE', `The zip archive cannot be read: ${why}`)
}

/** What yauzl and zlib say about an archive is for programmers; what the system says (a full disk) is no fault of the archive. */
function archiveError (error: unknown) {
  const isOurs = error instanceof DomainError || (error instanceof Error && 'syscall' in error)
  return isOurs ? error : badArchive(damaged)
}
