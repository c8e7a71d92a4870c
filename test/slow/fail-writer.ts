import { existsSync, readFileSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'

/*
 * Loaded into a server before its program: breaks the writer thread in the way that the file at FAIL_WRITER names, once
 * that file is there.
 */

const path = process.env.FAIL_WRITER ?? ''

const ways: Record<string, () => void> = {
  throws: () => { throw new Error('broken by a test') },
  rejects: () => { Promise.reject(new Error('broken by a test')) },
  exits: () => process.exit(0),
  hangs: () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }
}

/** How long the thread stands still before it breaks, so that commands arrive and wait. */
const PAUSE_MS = 1000

if (!isMainThread && workerData?.commandsUrl) {
  setInterval(() => {
    if (!existsSync(path)) return
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    ways[readFileSync(path, 'utf8')]?.()
  }, 20).unref()
}
