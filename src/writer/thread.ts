import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { connectWriter } from '../db/connection.js'
import { checkpointsOf } from './checkpoint.js'
import { type CommandModule, commandTable } from './command.js'
import { createExecutor } from './executor.js'
import type { CommandLimits } from './limits.js'
import { servePort } from './protocol.js'

/*
 * The writer thread: owns the only connection that can write. Everything it is sent over its own port is
 * control (attach another port, stop); commands come over attached ports.
 */

export type Control = { attach: MessagePort } | { stop: true }

/** What the thread is started with. */
export interface WriterData {
  path: string
  /** The module that lists the commands (`CommandModule`). */
  commandsUrl: string
  /** One number, which the thread adds to after each commit, in memory that it shares with its starter. */
  commits: Int32Array
  /** See `ExecutorOptions`. */
  limits: CommandLimits | undefined
}

if (!parentPort) throw new Error('This file is a worker thread')
const control = parentPort
const { path, commandsUrl, commits, limits }: WriterData = workerData
const { commands }: CommandModule = await import(commandsUrl)
const table = commandTable(commands)
const db = connectWriter(path)
const ports = new Map<MessagePort, ReturnType<typeof servePort>>()

const executor = createExecutor(db, {
  schedule: (turn) => { setImmediate(turn) },
  checkpoint: checkpointsOf(db),
  committed: () => { Atomics.add(commits, 0, 1) },
  receive: () => { for (const port of ports.values()) port.receive() },
  limits
})

control.on('message', (message: Control) => {
  if ('attach' in message) {
    ports.set(message.attach, servePort(message.attach, table, executor))
    message.attach.on('close', () => ports.delete(message.attach))
    return
  }
  executor.stop()
  db.$client.pragma('wal_checkpoint(TRUNCATE)')
  db.$client.close()
  control.postMessage('stopped')
  control.close()
  for (const port of ports.keys()) port.close()
})

control.postMessage('ready')
