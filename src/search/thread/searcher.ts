import type { Db } from '../../db/connection.js'
import { DomainError } from '../../errors.js'
import { type SearchThread, startSearchThread } from './client.js'
import { searchFunctions, type SearchInputs, type SearchName } from './searches.js'
import type { SearchMessage } from './thread.js'
import { createTurns } from './turns.js'

/** Time after which a search is ended. The wait for its turn does not count. */
const MAX_SEARCH_MS = 10_000

/** Searches that wait at most, in all and of one user. */
const MAX_WAITING = 256
const MAX_WAITING_PER_USER = 32

/** Runs searches. */
export interface Searcher {
  /**
   * Runs a search of a user and returns the page as JSON. It sees all writes that were acknowledged before. A search that
   * nobody waits for when its turn comes is not run; `isWanted` tells.
   * @throws {DomainError} BUSY; INVALID for a search that takes too long; what the search throws (`searchFunctions`).
   * @throws {StorageError} when the file cannot be read or the thread cannot be started.
   */
  run <Name extends SearchName> (name: Name, userNo: number, input: SearchInputs[Name], isWanted?: () => boolean): Promise<string>
  /** Ends the thread. Searches that wait are rejected with BUSY. */
  close (): Promise<void>
}

/** A search that waits for its turn. */
interface Waiting {
  message: SearchMessage
  isWanted (): boolean
  resolve (json: string): void
  reject (error: unknown): void
}

/** Runs searches on the connection of this thread. For a database in memory, which no other thread can open. */
export function inlineSearcher (db: Db): Searcher {
  return {
    run: async (name, userNo, input) => searchFunctions[name](db, userNo, input),
    close: async () => {}
  }
}

/**
 * Runs searches of the file at `path` on a thread, one at a time, while users take turns. So a slow search delays other
 * searches only. One that takes longer than `maxSearchMs` is ended with the thread. The first search starts the thread,
 * and so does the next after it ended.
 */
export function threadSearcher (path: string, maxSearchMs = MAX_SEARCH_MS): Searcher {
  const turns = createTurns<Waiting>(MAX_WAITING, MAX_WAITING_PER_USER)
  let thread: SearchThread | null = null
  let running: Promise<void> | null = null
  let isClosed = false

  async function runWaiting () {
    for (let next = turns.take(); next; next = turns.take()) await runOne(next)
    running = null
  }

  async function runOne ({ message, isWanted, resolve, reject }: Waiting) {
    if (!isWanted()) return reject(new DomainError('BUSY', 'Nobody waits for this search'))
    try {
      if (!thread || thread.hasEnded()) thread = await startSearchThread(path)
      if (isClosed) await thread.end(stopping())
      resolve(await thread.run(message, maxSearchMs))
    } catch (error) {
      reject(error)
    }
  }

  return {
    run: (name, userNo, input, isWanted = () => true) => new Promise((resolve, reject) => {
      if (isClosed) reject(stopping())
      else if (turns.add(userNo, { message: { name, userNo, input }, isWanted, resolve, reject })) running ??= runWaiting()
      else reject(new DomainError('BUSY', 'Too many searches are waiting; try again shortly'))
    }),
    close: async () => {
      isClosed = true
      for (const { reject } of turns.takeAll()) reject(stopping())
      await thread?.end(stopping())
      // A thread that was starting ends once it is open.
      await running
    }
  }
}

function stopping () {
  return new DomainError('BUSY', 'The server is stopping')
}
