import { parentPort } from 'node:worker_threads'
import { flattenError, type PlainError } from '../writer/errors.js'

/** What a thread posts: that its modules are loaded, then how far it is, and at last how it ended. */
export type ThreadEvent<Progress, Result> =
  | { loaded: true }
  | { progress: Progress }
  | { done: Result }
  | { error: PlainError }

/**
 * Does the work of a thread that `runThread` started. Call it once, after everything that the work needs was imported: a
 * failure before this call is reported as one of the machine.
 */
export async function serveThread <Progress, Result> (work: (onProgress: (progress: Progress) => void) => Result | Promise<Result>): Promise<void> {
  if (!parentPort) throw new Error('This file is a worker thread')
  const port = parentPort
  const post = (event: ThreadEvent<Progress, Result>) => port.postMessage(event)
  post({ loaded: true })
  try {
    post({ done: await work((progress) => post({ progress })) })
  } catch (error) {
    post({ error: flattenError(error) })
  }
}
