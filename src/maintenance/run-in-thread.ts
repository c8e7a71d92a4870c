import { threadFile } from '../paths.js'
import { runThread } from '../threads/run.js'
import type { Tasks } from './thread.js'

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
  const abort = new AbortController()
  const control = { signal: abort.signal, onProgress: onLine }
  const result = runThread<string, Output<Name>>(threadFile(import.meta.url, './thread'), { workerData: { task, input } }, control)
  return {
    result,
    stop: async () => {
      abort.abort(new Error(`The ${task} was stopped`))
      await result.catch(() => undefined)
    }
  }
}
