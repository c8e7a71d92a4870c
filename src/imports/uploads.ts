import { randomUUID } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** The private directory that uploads go through. */
export interface UploadDirectory {
  path: string
  /**
   * Writes a stream to a file of its own, whatever name its sender gave it. A stream that breaks, or a signal that aborts,
   * leaves no file.
   */
  receive (stream: Readable, signal?: AbortSignal): Promise<string>
  /** Removes a file that is done with. */
  remove (path: string): Promise<void>
}

/** Returns the functions that keep uploads in an existing private directory. */
export function uploadsIn (path: string): UploadDirectory {
  async function remove (file: string) {
    await rm(file, { force: true })
  }

  async function receive (stream: Readable, signal?: AbortSignal) {
    const file = join(path, randomUUID())
    const output = createWriteStream(file, { flags: 'wx', mode: 0o600 })
    try {
      await pipeline(stream, output, { ...signal && { signal } })
      return file
    } catch (error) {
      await closed(output)
      await remove(file).catch(() => undefined)
      throw error
    }
  }

  return { path, receive, remove }
}

/** Resolves when a stream that was destroyed has closed its file. A file that is still being opened can appear until then. */
async function closed (output: WriteStream) {
  if (!output.closed) await new Promise<void>((resolve) => output.once('close', resolve))
}
