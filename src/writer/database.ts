import type { Db } from '../db/connection.js'
import { openReader, openWriter } from '../db/open.js'
import { shareSnapshots } from '../db/shared-snapshot.js'
import { startWriter, type WriterEvents } from './client.js'
import type { CommandModule, CommandRunner } from './command.js'
import { isStorageFailure } from './errors.js'
import { inlineWriter } from './inline.js'
import type { CommandLimits } from './limits.js'
import type { Writer } from './writer.js'

/** An open database. Queries use `reader` on this thread. Every change is a command for `writer`. */
export interface Database {
  reader: Db
  writer: Writer
  close (): Promise<void>
}

/**
 * Opens the database at `path`. A file gets the writer thread and a read-only connection. `:memory:` belongs to one
 * connection, so writes run inline on the connection that reads. `onFailure` is called if the writer thread ends
 * unexpectedly. Tests set `limits` (`ExecutorOptions`).
 * @throws {FileError} when the file cannot be used.
 */
export async function openDatabase (
  path: string, module: CommandModule, onFailure: (error: Error) => void, limits?: CommandLimits, events: WriterEvents = {}
): Promise<Database> {
  if (path === ':memory:') {
    const db = openWriter(path)
    const writer = inlineWriter(db, module.commands, limits)
    return { reader: db, writer, close: () => writer.close() }
  }
  const writer = await startWriter(path, { commandsUrl: module.moduleUrl, onFailure, limits, events })
  const reader = openReader(path)
  const snapshot = shareSnapshots(reader, writer.commits)
  // The shared snapshot ends, so that a caller that awaited a write reads it within the same event-loop turn.
  const run: CommandRunner['run'] = async (name, input) => {
    try {
      return await writer.run(name, input)
    } catch (error) {
      if (isStorageFailure(error)) events.onStorageFailure?.(error)
      throw error
    } finally {
      snapshot.end()
    }
  }
  return {
    reader,
    writer: { ...writer, run },
    close: async () => {
      snapshot.end()
      // The last connection to close checkpoints the WAL, so it must be the writer.
      reader.$client.close()
      await writer.close()
    }
  }
}
