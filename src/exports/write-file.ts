import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { assertDiskRoom } from '../disk-room.js'
import type { ExportOptions, TextOutput, ZipOutput } from '../formats/kit/export-format.js'
import type { StoredConversation } from '../formats/kit/stored.js'
import { inPieces } from './pieces.js'
import { zipOf } from './zip.js'

/** Bytes after which the room on the disk is looked at again. */
const CHECK_EVERY_BYTES = 33_554_432
/** Bytes after which the file is synced, so that a commit of others does not wait for many of them (docs/performance.md). */
const SYNC_EVERY_BYTES = 1_048_576

/**
 * Writes conversations to a new file, readable by this process's user only. They are read as fast as the disk takes them.
 * `onBytes` gets the size so far.
 * @throws {DomainError} STORAGE_FULL. What was written so far stays for the caller to remove.
 */
export async function writeFile (
  path: string, output: TextOutput | ZipOutput, conversations: Iterable<StoredConversation>, options: ExportOptions, onBytes: (bytes: number) => void
) {
  const source = output.kind === 'zip'
    ? zipOf(output.write(conversations, options))
    : Readable.from(inPieces(output.write(conversations, options)), { objectMode: false })
  const file = await open(path, 'wx', 0o600)
  await pipeline(source, counted, file.createWriteStream())

  async function * counted (chunks: AsyncIterable<Buffer>) {
    let bytes = 0
    let checkedAt = 0
    let syncedAt = 0
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes - checkedAt >= CHECK_EVERY_BYTES) {
        await assertDiskRoom(dirname(path), 0)
        checkedAt = bytes
      }
      if (bytes - syncedAt >= SYNC_EVERY_BYTES) {
        await file.datasync()
        syncedAt = bytes
      }
      onBytes(bytes)
      yield chunk
    }
  }
}
