import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DomainError } from '../../errors.js'
import { refusal } from '../refusal.js'

/** What an archive may hold and grow to; sizes are counted while inflating, because an archive's own can lie. */
export interface ArchiveLimits {
  /** Entries in all, those of inner archives included. */
  entries: number
  /** Bytes inflated in all, inner archives included. */
  inflatedBytes: number
  /** How many times its packed size one entry may grow, once past `freeBytes`. */
  ratio: number
  freeBytes: number
}

/** An honest export of JSON packs 5 to 20 times; deflate cannot do better than 1,032 times. */
export const archiveLimits: ArchiveLimits = { entries: 20_000, inflatedBytes: 4 * 2 ** 30, ratio: 1_000, freeBytes: 16 * 2 ** 20 }

/** The first bytes of an entry decide whether it is wanted. */
export type Gate = (head: Buffer) => boolean

/** Writes entries to files of a private directory, within limits that all of an upload share. */
export interface Budget {
  /** @throws {DomainError} `IMPORT_TOO_LARGE` beyond the limit. */
  countEntries (count: number): void
  /**
   * The path of a file with the stream's content, or null where `gate` refuses it. `packedBytes` is what it takes in the
   * archive, null where it is not packed by itself.
   * @throws {DomainError} `IMPORT_TOO_LARGE` or `IMPORT_BAD_ARCHIVE` beyond a limit.
   */
  save (stream: Readable | AsyncIterable<Buffer>, packedBytes: number | null, gate?: Gate): Promise<string | null>
}

/** A budget for one upload; its files go to `directory` as `entry-0`, `entry-1`, …, readable by this process's user only. */
export function openBudget (directory: string, limits: ArchiveLimits): Budget {
  const left = { entries: limits.entries, inflatedBytes: limits.inflatedBytes }
  let saved = 0

  function countEntries (count: number) {
    left.entries -= count
    if (left.entries < 0) throw refusal('IMPORT_TOO_LARGE', `The archive holds more than ${limits.entries} files. Import the history files in it one by one`)
  }

  async function * meter (chunks: AsyncIterable<Buffer>, packedBytes: number | null) {
    let size = 0
    for await (const chunk of chunks) {
      size += chunk.length
      left.inflatedBytes -= chunk.length
      if (left.inflatedBytes < 0) throw refusal('IMPORT_TOO_LARGE', 'The archive is too large once unpacked. Import the history files in it one by one')
      if (packedBytes !== null && size > limits.freeBytes && size > limits.ratio * packedBytes) {
        throw badArchive(`an entry of ${packedBytes} bytes unpacks to more than ${limits.ratio} times as much`)
      }
      yield chunk
    }
  }

  async function save (stream: Readable | AsyncIterable<Buffer>, packedBytes: number | null, gate?: Gate) {
    const path = join(directory, `entry-${saved++}`)
    try {
      await pipeline(gated(meter(stream, packedBytes), gate, packedBytes === null), createWriteStream(path, { flags: 'wx', mode: 0o600 }))
      return path
    } catch (error) {
      await rm(path, { force: true })
      if (error instanceof Unwanted) return null
      throw error
    }
  }

  return { countEntries, save }
}

class Unwanted extends Error {}

/** Passes chunks on if `gate` lets the first one in. Else it ends, but only after the last chunk if `hasToEnd`: the entries of a tar file are one stream. */
async function * gated (chunks: AsyncIterable<Buffer>, gate: Gate | undefined, hasToEnd: boolean) {
  let isWanted: boolean | undefined
  for await (const chunk of chunks) {
    isWanted ??= gate === undefined || gate(chunk)
    if (isWanted) yield chunk
    else if (!hasToEnd) break
  }
  if (isWanted === false) throw new Unwanted()
}

export const DAMAGED = 'it is damaged, or its download was not complete. Download it again'

/** The error for an archive that is at fault itself; `why` is the end of a sentence. */
export function badArchive (why: string) {
  return refusal('IMPORT_BAD_ARCHIVE', `The archive cannot be read: ${why}`)
}

/** What unpackers say about an archive is for programmers; what the system says (a full disk) is no fault of the archive. */
export function archiveError (error: unknown) {
  const isOurs = error instanceof DomainError || (error instanceof Error && 'syscall' in error)
  return isOurs ? error : badArchive(DAMAGED)
}
