import { closeSync, openSync } from 'node:fs'
import { PassThrough, type Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { DomainError } from '../../errors.js'
import { archiveError, badArchive, type Budget, DAMAGED } from './budget.js'
import type { ArchiveEntry } from './archive-entry.js'
import { openZip } from './zip-reader.js'

/** Bytes that are inflated at once; so many of an entry are seen before it is taken or left. */
const CHUNK_BYTES = 256 * 1024

/**
 * The entries of a zip archive, in its order.
 * @throws {DomainError} `IMPORT_BAD_ARCHIVE` when it cannot be listed, `IMPORT_NOT_A_HISTORY` for a document of Office.
 */
export async function * zipEntries (path: string, budget: Budget): AsyncGenerator<ArchiveEntry> {
  const fd = openSync(path, 'r')
  try {
    const { zip, entries } = await list(fd, budget)
    if (entries.some(({ fileName }) => fileName === '[Content_Types].xml')) {
      throw new DomainError('IMPORT_NOT_A_HISTORY', 'This is a document of Office (.docx, .xlsx, …), not a chat history. Pick the JSON file of the same export, or the zip as it was downloaded.')
    }
    for (const entry of entries) yield { name: entry.fileName, packedBytes: entry.compressedSize, open: () => content(zip, entry) }
  } finally {
    closeSync(fd)
  }
}

async function list (fd: number, budget: Budget) {
  try {
    const zip = await openZip(fd)
    budget.countEntries(zip.entryCount)
    const entries: Entry[] = []
    for await (const entry of zip.eachEntry()) entries.push(entry)
    return { zip, entries }
  } catch (error) {
    throw archiveError(error)
  }
}

/** An entry's bytes, compared with what the archive says about them. */
async function * content (zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  if (entry.isEncrypted()) throw badArchive('it is protected by a password. Import it without one')
  if (!entry.canDecodeFileData()) throw badArchive('it is packed in a way Parley does not read. Pack it again as an ordinary zip')
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false })
  const unpacked: Readable = packed.pipe(entry.compressionMethod === 0 ? new PassThrough() : createInflateRaw({ chunkSize: CHUNK_BYTES }))
  packed.on('error', (error) => unpacked.destroy(error))
  let size = 0
  let sum = 0
  try {
    for await (const chunk of unpacked) {
      size += chunk.length
      sum = crc32(chunk, sum)
      yield chunk
    }
  } finally {
    packed.destroy()
  }
  if (size !== entry.uncompressedSize || sum !== entry.crc32) throw badArchive(DAMAGED)
}
