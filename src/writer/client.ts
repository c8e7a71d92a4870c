import { once } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'
import { openWriter } from '../db/open.js'
import { DomainError } from '../errors.js'
import { threadFile } from '../paths.js'
import { COMMIT_UNCERTAIN, restoreError, StorageError, WRITER_ENDED } from './errors.js'
import type { CommandLimits } from './limits.js'
import { commandPort } from './port-client.js'
import type { CheckpointEvent, WriterData } from './thread.js'
import { MAX_WAITING_COMMANDS, type Writer } from './writer.js'

/** Callbacks for failures of the storage. */
export interface WriterEvents {
  /** Called with the error of a failed checkpoint, and with null after the next successful one. */
  onCheckpoint? (error: Error | null): void
  /** Called when a command fails because of the disk or the file. */
  onStorageFailure? (error: unknown): void
}

export interface WriterOptions {
  /** The URL of the module that lists the commands (`CommandModule`). */
  commandsUrl: string
  /** Called if the thread ends unexpectedly. All pending commands are rejected before. */
  onFailure: (error: Error) => void
  events: WriterEvents
  /** See `ExecutorOptions`. */
  limits?: CommandLimits | undefined
}

/** Heap limit of the thread. At this limit the thread ends with an error instead of collecting garbage forever. */
const MAX_HEAP_MB = 512

/**
 * Creates and migrates the file at `path`, and starts the writer thread on it.
 * @throws {FileError} when the file cannot be used.
 */
export async function startWriter (path: string, { commandsUrl, onFailure, events, limits }: WriterOptions): Promise<Writer> {
  openWriter(path).$client.close()
  const commits = new Int32Array(new SharedArrayBuffer(4))
  const closed = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WriterData = { path, commandsUrl, commits, closed, limits }
  const worker = new Worker(threadFile(import.meta.url, './thread'), { workerData, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
  await started(worker)

  const { port1: port, port2 } = new MessageChannel()
  worker.postMessage({ attach: port2 }, [port2])
  const commands = commandPort(port, MAX_WAITING_COMMANDS)
  let closing = false
  let terminated: Promise<unknown> | undefined

  function endUnexpectedly (error: Error) {
    if (closing) return
    closing = true
    // The thread may have committed commands whose results it never sent.
    commands.fail(new StorageError(COMMIT_UNCERTAIN, 'The writer ended while this was saved'), new StorageError(WRITER_ENDED, 'The writer has ended'))
    onFailure(error)
  }
  worker.on('message', (event: CheckpointEvent | string) => {
    if (typeof event !== 'string') events.onCheckpoint?.(event.checkpoint === null ? null : restoreError(event.checkpoint))
  })
  worker.on('error', endUnexpectedly)
  worker.on('exit', (code) => endUnexpectedly(new Error(`The writer thread ended with code ${code}`)))

  return {
    run: commands.run,
    refuseWrites: () => { Atomics.store(closed, 0, 1) },
    commits: () => Atomics.load(commits, 0),
    attach: (other) => { worker.postMessage({ attach: other }, [other]) },
    giveUp: (error) => {
      endUnexpectedly(error)
      terminated = worker.terminate()
    },
    close: async () => {
      if (closing) {
        await terminated
        return
      }
      closing = true
      commands.refuse(new DomainError('BUSY', 'The server is stopping'))
      // A port emits `close` after its last message, so every result has arrived then.
      const ended = Promise.all([once(worker, 'exit'), once(port, 'close')])
      worker.postMessage({ stop: true })
      await ended
    }
  }
}

/** Resolves when the thread has opened the database. Rejects if the thread ends first. */
async function started (worker: Worker) {
  const stop = new AbortController()
  const { signal } = stop
  const ended = once(worker, 'exit', { signal }).then(([code]) => { throw new Error(`The writer thread ended with code ${code}`) })
  try {
    await Promise.race([once(worker, 'message', { signal }), ended])
  } finally {
    ended.catch(() => {})
    stop.abort()
  }
}
