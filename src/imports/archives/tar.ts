import { createReadStream, statSync } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { Budget } from './budget.js'
import type { ArchiveEntry } from './archive-entry.js'

const CHUNK_BYTES = 256 * 1024

/** The files in a tar archive, in its order; each has to be read before the next one is asked for. */
export async function * tarEntries (path: string, budget: Budget): AsyncGenerator<ArchiveEntry> {
  const unpack = extract()
  pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), unpack, () => {})
  for await (const entry of unpack) {
    budget.countEntries(1)
    if (entry.header.type === 'file') yield { name: entry.header.name, packedBytes: null, open: () => chunksOf(entry) }
    entry.resume()
  }
}

async function * chunksOf (entry: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of entry) if (Buffer.isBuffer(chunk)) yield chunk
}

/** What is in a gzip file, written to a file of its own. */
export async function gunzip (path: string, budget: Budget): Promise<string | null> {
  const packed = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const unpacked = packed.pipe(createGunzip({ chunkSize: CHUNK_BYTES }))
  packed.on('error', (error) => unpacked.destroy(error))
  return await budget.save(unpacked, statSync(path).size)
}
