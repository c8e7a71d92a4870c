import { once } from 'node:events'
import { Readable } from 'node:stream'
import yazl from 'yazl'
import type { ArchiveFile } from '../formats/kit/export-format.js'
import { inPieces } from './pieces.js'

/**
 * The earliest time a zip can have. It is the same for all entries, so equal files make equal archives, and it is made from
 * its parts, because a zip keeps times of day without a zone.
 */
const ENTRY_TIME = new Date(1980, 0, 1)

/**
 * The bytes of a zip (deflate) with these files, made while they are read. One file is read at a time.
 * @throws what `files` and their contents throw.
 */
export function zipOf (files: Iterable<ArchiveFile>): Readable {
  const zip = new yazl.ZipFile()
  // The library declares Node's older type of stream.
  const bytes = Readable.from(zip.outputStream)
  addAll(zip, files).then(() => zip.end(), (error: Error) => bytes.destroy(error))
  zip.on('error', (error) => bytes.destroy(error))
  return bytes
}

async function addAll (zip: yazl.ZipFile, files: Iterable<ArchiveFile>) {
  for (const { path, content } of files) {
    const stream = Readable.from(inPieces(content), { objectMode: false })
    const end = once(stream, 'end')
    zip.addReadStream(stream, path, { mtime: ENTRY_TIME, forceDosTimestamp: true })
    // Rejects when the content throws.
    await end
  }
}
