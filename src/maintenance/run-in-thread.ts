import { Worker } from 'node:worker_threads'
import { FileError } from '../db/file-error.js'
import { threadFile } from '../paths.js'
import { restoreError } from '../writer/errors.js'
import type { TaskEvent, Tasks } from './thread.js'

type Task = keyof Tasks
type Input<Name extends Task> = Parameters<Tasks[Name]>[0]
type Output<Name extends Task> = ReturnType<Tasks[Name]>

/** A task that runs, and the way to give it up: what it has written so far is removed by the next one of its kind. */
export interface RunningTask<T> { result: Promise<T>, stop (): Promise<void> }

/**
 * Runs a task of maintenance on a thread of its own, so that requests go on. `onLine` gets what it says meanwhile.
 * @throws {FileError} in `result`, when the file cannot be read, written or copied.
 */
export function runInThread <Name extends Task> (task: Name, input: Input<Name>, onLine: (line: string) => void = () => {}): RunningTask<Output<Name>> {
  const worker = new Worker(threadFile(import.meta.url, './thread'), { workerData: { task, input } })
  const result = new Promise<Output<Name>>((resolve, reject) => {
    worker.on('message', (event: TaskEvent) => {
      if ('line' in event) onLine(event.line)
      // The table that typed the input also types the output.
      else if ('done' in event) resolve(event.done as Output<Name>)
      else if ('name' in event.error && event.error.name === 'FileError') reject(new FileError(event.error.message))
      else reject(restoreError(event.error))
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`The thread of ${task} ended with code ${code}`)))
  })
  return { result, stop: async () => { await worker.terminate() } }
}
