import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '../../db/open.js'
import { flattenError, type PlainError } from '../../writer/errors.js'
import { searchFunctions, type SearchName } from './searches.js'

/*
 * The search thread. It has a read-only connection of its own, and runs one search after another.
 */

/** The `workerData` of the thread. */
export interface SearchThreadData { path: string }

/** One search. `input` belongs to `name` (`SearchInputs`). */
export interface SearchMessage { name: SearchName, userNo: number, input: unknown }

/** The result of one search. The first answer says whether the file is open; its `json` is empty. */
export type SearchAnswer = { json: string } | { error: PlainError }

if (!parentPort) throw new Error('This file is a worker thread')
const port = parentPort

function answer (work: () => string) {
  let result: SearchAnswer
  try {
    result = { json: work() }
  } catch (error) {
    result = { error: flattenError(error) }
  }
  port.postMessage(result)
}

answer(() => {
  const { path }: SearchThreadData = workerData
  const db = openReader(path)
  // `Searcher.run` pairs each name with its input.
  port.on('message', ({ name, userNo, input }: SearchMessage) => answer(() => searchFunctions[name](db, userNo, input as never)))
  return ''
})
