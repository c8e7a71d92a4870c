import { Worker, type WorkerOptions } from 'node:worker_threads'
import { NOT_LOADED, StorageError, storageCode } from '../writer/errors.js'

/** A thread that reached its memory limit. */
export class OutOfMemoryError extends Error {
  override name = 'OutOfMemoryError'
}

/**
 * Starts the thread in `file`.
 * @throws {StorageError} when it cannot be started.
 */
export function startThread (file: URL, options: WorkerOptions): Worker {
  try {
    return new Worker(file, options)
  } catch (error) {
    throw notLoaded(error)
  }
}

/** Makes a failure of the machine of an error that prevented a thread from starting or from loading its modules. */
export function notLoaded (cause: unknown): StorageError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new StorageError(storageCode(cause) || NOT_LOADED, `A thread could not be started: ${message}`, { cause })
}

/** Returns the `error` event of a thread with the class it has when the memory limit was reached. */
export function threadError (error: Error): Error {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new OutOfMemoryError(error.message) : error
}
