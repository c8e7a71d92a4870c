import { dirname } from 'node:path'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { connectWriter } from '../db/connection.js'
import { checkpointsOf, truncateWal } from './checkpoint.js'
import { type CommandModule, commandTable } from './command.js'
import { flattenError, type PlainError, StorageError } from './errors.js'
import { createExecutor } from './executor.js'
import type { CommandLimits } from './limits.js'
import { servePort } from './protocol.js'
import { spaceGuard } from './space.js'

/*
 * The writer thread. It has the only connection that can write. Its own port takes control messages: attach a port,
 * stop. Commands arrive through attached ports.
 */

export type Control = { attach: MessagePort } | { stop: true }

/** The `workerData` of the thread. */
export interface WriterData {
  path: string
  /** The module that lists the commands (`CommandModule`). */
  commandsUrl: string
  /** The commit counter, in memory shared with the main thread. */
  commits: Int32Array
  /** See `ExecutorOptions`. */
  limits: CommandLimits | undefined
  /** A number in shared memory. With any value but 0 the thread refuses all writes. */
  closed: Int32Array
}

/** Messages of the thread to the main thread, apart from `ready` and `stopped`. */
export interface CheckpointEvent { checkpoint: PlainError | null }

const CHECKPOINT_INTERVAL_MS = 1000

if (!parentPort) throw new Error('This file is a worker thread')
const control = parentPort
const { path, commandsUrl, commits, closed, limits }: WriterData = workerData
const { commands }: CommandModule = await import(commandsUrl)
const table = commandTable(commands)
const db = connectWriter(path)
const ports = new Map<MessagePort, ReturnType<typeof servePort>>()

const assertRoom = spaceGuard(dirname(path))
let hasFailed = false

const checkpoints = checkpointsOf(db, (error) => {
  if ((error !== null) === hasFailed) return
  hasFailed = error !== null
  control.postMessage({ checkpoint: error === null ? null : flattenError(error) } satisfies CheckpointEvent)
})
const tending = setInterval(() => checkpoints.whenOld(performance.now()), CHECKPOINT_INTERVAL_MS)

function admit ({ grows }: { grows?: false }) {
  if (Atomics.load(closed, 0) !== 0) throw new StorageError('SQLITE_CORRUPT', 'The file is damaged or was replaced; nothing is written to it')
  if (grows !== false) assertRoom()
}

const executor = createExecutor(db, {
  schedule: (turn) => { setImmediate(turn) },
  checkpoint: checkpoints.whenLong,
  committed: () => { Atomics.add(commits, 0, 1) },
  receive: () => { for (const port of ports.values()) port.receive() },
  limits
})

control.on('message', (message: Control) => {
  if ('attach' in message) {
    ports.set(message.attach, servePort(message.attach, table, admit, executor))
    message.attach.on('close', () => ports.delete(message.attach))
    return
  }
  executor.stop()
  clearInterval(tending)
  finish()
  // `servePort` posts the last results in a microtask. A closed port would drop them.
  setImmediate(() => {
    control.postMessage('stopped')
    control.close()
    for (const port of ports.keys()) port.close()
  })
})

/** Does not wait for readers in other processes. The next start recovers the pages that are left in the WAL. */
function finish () {
  try {
    truncateWal(db)
  } catch {
    // After a failure of the disk the WAL still has all pages.
  }
  db.$client.close()
}

control.postMessage('ready')
