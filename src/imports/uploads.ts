import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { emptyFolderBeside } from '../private-folder.js'

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

/** An upload directory beside the database, see `emptyFolderBeside`. */
export async function openUploads (databasePath: string): Promise<UploadDirectory> {
  const path = await emptyFolderBeside(databasePath, 'uploads')

  async function remove (file: string) {
    await rm(file, { force: true })
  }

  async function receive (stream: Readable, signal?: AbortSignal) {
    const file = join(path, randomUUID())
    try {
      await pipeline(stream, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { ...signal && { signal } })
      return file
    } catch (error) {
      await remove(file).catch(() => undefined)
      throw error
    }
  }

  return { path, receive, remove }
}
