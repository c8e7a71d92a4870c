import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openWriter } from '../db/open.js'
import { createExecutor } from './executor.js'
import { servePort } from './protocol.js'

/*
 * The writer thread: owns the only connection that can write. Everything it is sent over its own port is
 * control (attach another port, stop); commands come over attached ports.
 */

export type Control = { attach: MessagePort } | { stop: true }

if (!parentPort) throw new Error('This file is a worker thread')
const control = parentPort
const db = openWriter(String(workerData.path))
const ports = new Map<MessagePort, ReturnType<typeof servePort>>()

const executor = createExecutor(db, {
  schedule: (turn) => { setImmediate(turn) },
  receive: () => { for (const port of ports.values()) port.receive() }
})

control.on('message', (message: Control) => {
  if ('attach' in message) {
    ports.set(message.attach, servePort(message.attach, executor))
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
