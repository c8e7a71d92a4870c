import type { WorkerOptions } from 'node:worker_threads'
import type { JobControl } from '../jobs/jobs.js'
import { restoreError } from '../writer/errors.js'
import type { ThreadEvent } from './serve.js'
import { notLoaded, startThread, threadError } from './start.js'

/**
 * Starts the thread in `file`, which calls `serveThread`, and returns its result. The thread has ended when this returns or throws.
 * @throws {StorageError} when the thread cannot be started or its modules cannot be loaded. Node reports a file that it cannot
 * open in many ways, even as a package that is not installed, so every failure before the work begins counts as one.
 * @throws {OutOfMemoryError} the error of the work; the signal's reason when it is stopped.
 */
export async function runThread <Progress, Result> (file: URL, options: WorkerOptions, { signal, onProgress }: JobControl<Progress>): Promise<Result> {
  signal.throwIfAborted()
  const worker = startThread(file, options)
  try {
    return await new Promise<Result>((resolve, reject) => {
      let isLoaded = false
      const fail = (error: unknown) => reject(isLoaded ? error : notLoaded(error))
      worker.on('message', (event: ThreadEvent<Progress, Result>) => {
        if ('loaded' in event) isLoaded = true
        else if ('progress' in event) onProgress(event.progress)
        else if ('done' in event) resolve(event.done)
        else reject(restoreError(event.error))
      })
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      worker.on('error', (error) => fail(threadError(error)))
      worker.on('exit', (code) => fail(new Error(`The thread ${file.href} ended with code ${code} and without a result`)))
    })
  } finally {
    await worker.terminate()
  }
}
