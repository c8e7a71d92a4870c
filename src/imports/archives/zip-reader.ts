import { fstatSync, readSync } from 'node:fs'
import { Readable } from 'node:stream'
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl'

const chunkSize = 256 * 1024

/**
 * Opens the zip archive in an open file, which stays the caller's to close. Names that are absolute, have a drive
 * letter or `..` make listing the archive fail; backslashes in names count as slashes.
 */
export async function openZip (fd: number) {
  const { size } = fstatSync(fd)
  return await fromRandomAccessReaderPromise(new FileReader(fd, size), size, { autoClose: false, strictFileNames: false })
}

/**
 * Reads for yauzl, synchronously. Its own reader passes offsets from a damaged archive on to `fs.read`, which throws where
 * nobody can catch it. It also takes two turns of the event loop for each of thousands of entries.
 */
class FileReader extends RandomAccessReader {
  readonly #fd: number
  readonly #size: number

  constructor (fd: number, size: number) {
    super()
    this.#fd = fd
    this.#size = size
  }

  override read (buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null) => void) {
    if (position + length > this.#size) return callback(new Error('The archive ends too early'))
    readSync(this.#fd, buffer, offset, length, position)
    callback(null)
  }

  override _readStreamForRange (start: number, end: number) {
    const fd = this.#fd
    let position = start
    return new Readable({
      highWaterMark: chunkSize,
      read () {
        const chunk = Buffer.allocUnsafe(Math.min(chunkSize, end - position))
        const count = readSync(fd, chunk, 0, chunk.length, position)
        position += count
        this.push(count > 0 ? chunk.subarray(0, count) : null)
      }
    })
  }
}
