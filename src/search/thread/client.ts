import { DomainError } from '../../errors.js'
import { threadFile } from '../../paths.js'
import { notLoaded, OutOfMemoryError, startThread, threadError } from '../../threads/start.js'
import { restoreError } from '../../writer/errors.js'
import type { SearchAnswer, SearchMessage, SearchThreadData } from './thread.js'

/** Heap limit of the thread. */
const MAX_HEAP_MB = 256

/** A running search thread. */
export interface SearchThread {
  /**
   * Runs one search, after the one before has ended. After `maxMs` the thread is ended.
   * @throws {DomainError} INVALID when the search takes too long or too much memory; what the search throws.
   * @throws {StorageError} when the file cannot be read or the thread ends.
   */
  run (message: SearchMessage, maxMs: number): Promise<string>
  hasEnded (): boolean
  /** Ends the thread. The search that runs is rejected with `reason`. */
  end (reason: Error): Promise<void>
}

/**
 * Starts the search thread on the file at `path`. Resolves when the file is open.
 * @throws {StorageError} when the thread cannot be started or the file cannot be opened.
 */
export async function startSearchThread (path: string): Promise<SearchThread> {
  const workerData: SearchThreadData = { path }
  const worker = startThread(threadFile(import.meta.url, './thread'), { workerData, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
  let ended: Error | null = null
  let settle: (result: SearchAnswer | Error) => void = () => { /* Nothing is waited for. */ }

  function nextAnswer () {
    return new Promise<SearchAnswer>((resolve, reject) => {
      settle = (result) => result instanceof Error ? reject(result) : resolve(result)
      if (ended) reject(ended)
    })
  }

  async function end (reason: Error) {
    ended ??= reason
    settle(ended)
    await worker.terminate()
  }

  worker.on('message', (answer: SearchAnswer) => settle(answer))
  worker.on('error', (error) => { end(failureOf(threadError(error))) })
  worker.on('exit', (code) => { end(notLoaded(new Error(`The search thread ended with code ${code}`))) })
  // It does not keep the process running. A search that runs does, by its timer.
  worker.unref()

  const opened = await nextAnswer()
  if ('error' in opened) {
    const error = restoreError(opened.error)
    await end(error)
    throw error
  }

  return {
    async run (message, maxMs) {
      const timer = setTimeout(() => { end(tooLong(maxMs)) }, maxMs)
      try {
        worker.postMessage(message)
        const answer = await nextAnswer()
        if ('error' in answer) throw restoreError(answer.error)
        return answer.json
      } finally {
        clearTimeout(timer)
      }
    },
    hasEnded: () => ended !== null,
    end
  }
}

function tooLong (ms: number) {
  return new DomainError('INVALID', `The search took longer than ${ms / 1000} seconds. Search for fewer or rarer words.`, 'search')
}

function failureOf (error: Error) {
  return error instanceof OutOfMemoryError
    ? new DomainError('INVALID', 'The search takes too much memory. Search for fewer or rarer words.', 'search')
    : notLoaded(error)
}
