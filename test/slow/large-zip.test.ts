import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import t from 'tap'
import { openPromise } from 'yauzl'
import { zipOf } from '../../src/exports/zip.js'

/** More than a number of 4 bytes counts. */
const LARGE_BYTES = 2 ** 32 + 2 ** 20
const TEXT = 'A text of many equal lines takes little room when it is packed.\n'.repeat(16_384)

function * largeText () {
  for (let bytes = 0; bytes < LARGE_BYTES; bytes += TEXT.length) yield TEXT
}

t.test('a file of more than 4 GiB comes back whole, and so does what stands behind it', async (t) => {
  const path = join(t.testdir(), 'large.zip')
  await pipeline(zipOf([{ path: 'large.txt', content: largeText() }, { path: 'small.txt', content: ['the end'] }]), createWriteStream(path))

  const zip = await openPromise(path)
  const read: Array<{ name: string, bytes: number, isSound: boolean }> = []
  for await (const entry of zip.eachEntry()) {
    let [bytes, checksum] = [0, 0]
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      bytes += chunk.length
      checksum = crc32(chunk, checksum)
    }
    read.push({ name: entry.fileName, bytes, isSound: bytes === entry.uncompressedSize && checksum === entry.crc32 })
  }
  t.strictSame(read, [{ name: 'large.txt', bytes: LARGE_BYTES, isSound: true }, { name: 'small.txt', bytes: 7, isSound: true }])
})
