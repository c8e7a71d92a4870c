import { once } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'
import { openWriter } from '../db/open.js'
import { DomainError } from '../errors.js'
import { threadFile } from '../paths.js'
import type { CommandLimits } from './limits.js'
import { commandPort } from './port-client.js'
import type { WriterData } from './thread.js'
import { MAX_WAITING_COMMANDS, type Writer } from './writer.js'

export interface WriterOptions {
  /** The URL of the module that lists the commands (`CommandModule`). */
  commandsUrl: string
  /** Called if the thread ends unasked; every command that waits is rejected then. */
  onFailure: (error: Error) => void
  /** See `ExecutorOptions`. */
  limits?: CommandLimits | undefined
}

/** Creates and migrates the file at `path`, and starts the writer thread on it. */
export async function startWriter (path: string, { commandsUrl, onFailure, limits }: WriterOptions): Promise<Writer> {
  prepare(path)
  const commits = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WriterData = { path, commandsUrl, commits, limits }
  const worker = new Worker(threadFile(import.meta.url, './thread'), { workerData })
  await started(worker)

  const { port1: port, port2 } = new MessageChannel()
  worker.postMessage({ attach: port2 }, [port2])
  const commands = commandPort(port, MAX_WAITING_COMMANDS)
  let closing = false

  function endUnasked (error: Error) {
    if (closing) return
    closing = true
    commands.fail(error)
    onFailure(error)
  }
  worker.on('error', endUnasked)
  worker.on('exit', (code) => endUnasked(new Error(`The writer thread ended with code ${code}`)))

  return {
    run: commands.run,
    commits: () => Atomics.load(commits, 0),
    attach: (other) => { worker.postMessage({ attach: other }, [other]) },
    close: async () => {
      if (closing) return
      closing = true
      commands.refuse(new DomainError('BUSY', 'The server is stopping'))
      const exited = once(worker, 'exit')
      worker.postMessage({ stop: true })
      await exited
      port.close()
    }
  }
}

/** Names the file in what SQLite throws, which does not. */
function prepare (path: string) {
  try {
    openWriter(path).$client.close()
  } catch (error) {
    throw new Error(`${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** Resolves when the thread has opened the database, and rejects when it ends instead. */
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
