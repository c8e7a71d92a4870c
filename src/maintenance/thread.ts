import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '../db/open.js'
import { flattenError, type PlainError } from '../writer/errors.js'
import { makeBackup } from './backup.js'
import { fileChecks, runChecks } from './checks.js'
import { upgradeFile } from './upgrade.js'

/*
 * A thread for one long look at the database. It ends with its task.
 */

/** What a thread can be asked for, by name. */
const tasks = {
  backup: ({ path, folder, keep, now }: { path: string, folder: string, keep: number, now: number }) =>
    makeBackup(path, folder, { keep, now }),
  upgrade: ({ path, backup }: { path: string, backup: boolean }) => upgradeFile(path, backup, tell),
  check: ({ path }: { path: string }) => {
    const db = openReader(path)
    try {
      return runChecks(db, fileChecks)
    } finally {
      db.$client.close()
    }
  }
}

export type Tasks = typeof tasks

/** What the thread sends: lines to log, then how the task ended. */
export type TaskEvent = { line: string } | { done: unknown } | { error: PlainError }

const send = (event: TaskEvent) => parentPort?.postMessage(event)

function tell (line: string) {
  send({ line })
}

const { task, input }: { task: keyof Tasks, input: never } = workerData
try {
  send({ done: tasks[task](input) })
} catch (error) {
  send({ error: flattenError(error) })
}
