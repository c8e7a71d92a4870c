import { type DrizzleDb, openReader, openWriter } from '../db/open.js'
import { shareSnapshots } from '../db/snapshot.js'
import { startWriter } from './client.js'
import type { RunCommand } from './port-client.js'
import type { Writer } from './writer.js'

/** Both worlds of the database: queries go to `reader`, on this thread; every change goes through `writer`. */
export interface Storage {
  reader: DrizzleDb
  writer: Writer
  close (): Promise<void>
}

/**
 * Opens the database at `path`. A file gets the writer thread and a read-only connection; `:memory:` exists once,
 * so there the writer works inline on the connection that reads.
 */
export async function openStorage (path: string, onFailure: (error: Error) => void): Promise<Storage> {
  if (path === ':memory:') {
    const db = openWriter(path)
    // Commands are loaded in one thread only, wherever that is.
    const { inlineWriter } = await import('./inline.js')
    const writer = inlineWriter(db)
    return { reader: db, writer, close: () => writer.close() }
  }
  const writer = await startWriter(path, onFailure)
  const reader = openReader(path)
  const snapshot = shareSnapshots(reader, writer.commits)
  // Who waits for a write reads what it wrote, in the same turn of the event loop, too.
  const run: RunCommand = (name, input) => writer.run(name, input).finally(snapshot.end)
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
