import { workerData } from 'node:worker_threads'
import { openReader } from '../db/open.js'
import { serveThread } from '../threads/serve.js'
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
  upgrade: ({ path, backup }: { path: string, backup: boolean }, onLine: (line: string) => void) => upgradeFile(path, backup, onLine),
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

const { task, input }: { task: keyof Tasks, input: never } = workerData
await serveThread<string, ReturnType<Tasks[keyof Tasks]>>((onLine) => tasks[task](input, onLine))
