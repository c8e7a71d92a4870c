import type { Db } from '../db/connection.js'
import { openReader, openWriter } from '../db/open.js'
import { shareSnapshots } from '../db/shared-snapshot.js'
import { startWriter, type WriterEvents } from './client.js'
import type { CommandModule, CommandRunner } from './command.js'
import { isStorageFailure } from './errors.js'
import { inlineWriter } from './inline.js'
import type { CommandLimits } from './limits.js'
import type { Writer } from './writer.js'

/** A database that is open: queries go to `reader`, on this thread; every change goes through `writer`. */
export interface Database {
  reader: Db
  writer: Writer
  close (): Promise<void>
}

/**
 * Opens the database at `path`. A file gets the writer thread and a read-only connection. `:memory:` exists once, so there
 * the writer works inline on the connection that reads. `onFailure` is called if the writer thread ends unasked. Tests set
 * `limits` (`ExecutorOptions`).
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
  // A caller that waited for its write reads that write, also within the same turn of the event loop.
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
      // The last connection to close folds the write-ahead log into the file, so the writer goes last.
      reader.$client.close()
      await writer.close()
    }
  }
}
