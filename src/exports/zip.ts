import { Readable } from 'node:stream'
import { constants, crc32, deflateRawSync } from 'node:zlib'
import type { ArchiveFile } from '../formats/kit/export-format.js'
import { inBlocks, inPieces } from './pieces.js'

/*
 * Writes zip archives (APPNOTE 6.3.10). The libraries keep 3 to 6 KiB for each file until the archive ends, which is too much for
 * 100,000 conversations (docs/performance.md). This keeps the name, the sizes and the place of each.
 */

/** How far back deflate refers (RFC 1951, section 2). */
const WINDOW_BYTES = 32_768
/** Ends a content: an empty block that says that it is the last one. */
const LAST_BLOCK = deflateRawSync(Buffer.alloc(0))
/** Files of the directory that are written at once. */
const DIRECTORY_STEP_FILES = 1000

/** Version 4.5: the archive or a file may be larger than 4 GiB (section 4.4.3.2). */
const VERSION = 45
/** Made on Unix (section 4.4.2). Some programs read names of an archive that was made elsewhere in a code page. */
const MADE_BY = (3 << 8) | VERSION
/** A regular file that its owner may read and write (mode 100644, in the upper half). Without a mode, unzip makes files that nobody may read. */
const ATTRIBUTES = 0o100644 * 0x10000
/** Names are UTF-8 (section 4.4.4, bit 11). */
const UTF8_NAMES = 0x0800
/** Checksum and sizes follow the content (bit 3). */
const SIZES_FOLLOW = 0x0008
const DEFLATE = 8
/** 1980-01-01 00:00, the earliest time a zip can have. It is the same for all files, so equal files make equal archives. */
const DOS_TIME = 0
const DOS_DATE = (1 << 5) | 1
/** Stands for a value that is in a field of 8 bytes elsewhere. */
const IN_ZIP64 = 0xffffffff
const IN_ZIP64_COUNT = 0xffff

/** What is known of a content once it is compressed. */
interface Sizes { checksum: number, packed: number, plain: number }

/** What the directory needs to know of a file. No buffer is kept: a small one holds on to the 8 KiB it was cut from. */
interface Written extends Sizes { path: string, start: number }

/**
 * The bytes of a zip (deflate) with these files, made while they are read. One file is read at a time. `before` is the number of bytes
 * that the file of the archive has in front of it, from which places count.
 * @throws what `files` and their contents throw.
 */
export function zipOf (files: Iterable<ArchiveFile>, before = 0): Readable {
  return Readable.from(inBlocks(zipped(files, before)), { objectMode: false })
}

function * zipped (files: Iterable<ArchiveFile>, before: number): Generator<Buffer, void, void> {
  const written: Written[] = []
  let offset = before
  for (const { path, content } of files) {
    const start = offset
    const entry = entryOf(Buffer.from(path), content)
    let next = entry.next()
    while (!next.done) {
      offset += next.value.length
      yield next.value
      next = entry.next()
    }
    written.push({ path, start, ...next.value })
  }
  const directoryStart = offset
  for (let at = 0; at < written.length; at += DIRECTORY_STEP_FILES) {
    const entries = Buffer.concat(written.slice(at, at + DIRECTORY_STEP_FILES).map(directoryEntry))
    offset += entries.length
    yield entries
  }
  yield directoryEnd(written.length, offset - directoryStart, directoryStart)
}

/** A file: what stands before its content, the packed content, and what stands behind it. */
function * entryOf (name: Buffer, content: Iterable<string>): Generator<Buffer, Sizes, void> {
  const sizes: Sizes = { checksum: 0, packed: 0, plain: 0 }
  function * counted () {
    for (const piece of inPieces(content)) {
      sizes.checksum = crc32(piece, sizes.checksum)
      sizes.plain += piece.length
      yield piece
    }
  }
  yield localHeader(name)
  for (const chunk of deflated(counted())) {
    sizes.packed += chunk.length
    yield chunk
  }
  yield descriptor(sizes)
  return sizes
}

/**
 * Compresses piece by piece in this thread: a stream for each file costs three times the time of a small one. Each piece ends at a
 * byte, and may refer to the end of the one before it, so nothing is lost against compressing the whole at once.
 */
function * deflated (pieces: Iterable<Buffer>): Generator<Buffer, void, void> {
  let dictionary: Buffer = Buffer.alloc(0)
  for (const piece of pieces) {
    yield deflateRawSync(piece, { dictionary, finishFlush: constants.Z_SYNC_FLUSH })
    dictionary = piece.subarray(-WINDOW_BYTES)
  }
  yield LAST_BLOCK
}

/** Before a content (section 4.3.7). Checksum and sizes are not known yet. */
function localHeader (name: Buffer): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(VERSION, 4)
  writeCommon(header, 6, name, { checksum: 0, packed: 0, plain: 0 }, 0)
  return Buffer.concat([header, name])
}

/** Behind a content (section 4.3.9). Sizes have 8 bytes where 4 are too few. */
function descriptor ({ checksum, packed, plain }: Sizes): Buffer {
  const isLarge = Math.max(packed, plain) >= IN_ZIP64
  const bytes = Buffer.alloc(isLarge ? 24 : 16)
  bytes.writeUInt32LE(0x08074b50, 0)
  bytes.writeUInt32LE(checksum, 4)
  if (isLarge) {
    bytes.writeBigUInt64LE(BigInt(packed), 8)
    bytes.writeBigUInt64LE(BigInt(plain), 16)
  } else {
    bytes.writeUInt32LE(packed, 8)
    bytes.writeUInt32LE(plain, 12)
  }
  return bytes
}

/** A file in the directory (section 4.3.12). What does not fit into 4 bytes is in its extra field. */
function directoryEntry ({ path, start, ...sizes }: Written): Buffer {
  const name = Buffer.from(path)
  const isLarge = Math.max(sizes.packed, sizes.plain, start) >= IN_ZIP64
  const extra = isLarge ? zip64([sizes.plain, sizes.packed, start]) : Buffer.alloc(0)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(MADE_BY, 4)
  entry.writeUInt16LE(VERSION, 6)
  writeCommon(entry, 8, name, isLarge ? { ...sizes, packed: IN_ZIP64, plain: IN_ZIP64 } : sizes, extra.length)
  entry.writeUInt32LE(ATTRIBUTES, 38)
  entry.writeUInt32LE(isLarge ? IN_ZIP64 : start, 42)
  return Buffer.concat([entry, name, extra])
}

/** The fields that a local header and an entry of the directory have in the same order. */
function writeCommon (header: Buffer, at: number, name: Buffer, { checksum, packed, plain }: Sizes, extraBytes: number) {
  header.writeUInt16LE(UTF8_NAMES | SIZES_FOLLOW, at)
  header.writeUInt16LE(DEFLATE, at + 2)
  header.writeUInt16LE(DOS_TIME, at + 4)
  header.writeUInt16LE(DOS_DATE, at + 6)
  header.writeUInt32LE(checksum, at + 8)
  header.writeUInt32LE(packed, at + 12)
  header.writeUInt32LE(plain, at + 16)
  header.writeUInt16LE(name.length, at + 20)
  header.writeUInt16LE(extraBytes, at + 22)
}

/** The extra field with numbers of 8 bytes (section 4.5.3). */
function zip64 (values: number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length)
  field.writeUInt16LE(0x0001, 0)
  field.writeUInt16LE(8 * values.length, 2)
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * index)
  return field
}

/** The end of the archive (sections 4.3.14 to 4.3.16): how many files it has, and where its directory is. */
function directoryEnd (count: number, bytes: number, start: number): Buffer {
  const isLarge = count >= IN_ZIP64_COUNT || bytes >= IN_ZIP64 || start >= IN_ZIP64
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(isLarge ? IN_ZIP64_COUNT : count, 8)
  end.writeUInt16LE(isLarge ? IN_ZIP64_COUNT : count, 10)
  end.writeUInt32LE(isLarge ? IN_ZIP64 : bytes, 12)
  end.writeUInt32LE(isLarge ? IN_ZIP64 : start, 16)
  if (!isLarge) return end
  const large = Buffer.alloc(56)
  large.writeUInt32LE(0x06064b50, 0)
  large.writeBigUInt64LE(44n, 4)
  large.writeUInt16LE(MADE_BY, 12)
  large.writeUInt16LE(VERSION, 14)
  for (const [index, value] of [count, count, bytes, start].entries()) large.writeBigUInt64LE(BigInt(value), 24 + 8 * index)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(start + bytes), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([large, locator, end])
}
