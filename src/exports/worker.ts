import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '../db/open.js'
import { loadExportFormat, type ExportFormatName } from '../formats/export-formats.js'
import type { ExportOptions } from '../formats/kit/export-format.js'
import { flattenError, type PlainError } from '../writer/errors.js'
import { readConversations } from './read-conversation.js'
import { type Selection, selectConversations } from './selection.js'
import { writeFile } from './write-file.js'

/*
 * The export thread: reads conversations by a connection of its own and writes one file. Requests go on meanwhile, and it has a
 * memory limit of its own.
 */

/** What the thread is asked for. */
export interface ExportJob {
  databasePath: string
  /** The file to write, which does not exist yet. */
  path: string
  userNo: number
  format: ExportFormatName
  options: ExportOptions
  selection: Selection
  /** Whether it is about one conversation, which some formats write without an archive around it. */
  isSingle: boolean
}

/** How far an export is: conversations that were written, all that were selected, and the size of the file so far. */
export interface ExportProgress { done: number, total: number, bytes: number }

/** What the thread posts: how far it is, now and then, and once how it ended. */
export type ExportEvent = { progress: ExportProgress } | { done: ExportProgress } | { error: PlainError }

const PROGRESS_INTERVAL_MS = 250

function post (event: ExportEvent) {
  parentPort?.postMessage(event)
}

async function work ({ databasePath, path, userNo, format, options, selection, isSingle }: ExportJob) {
  const { one, many } = await loadExportFormat(format)
  const db = openReader(databasePath)
  try {
    const keys = selectConversations(db, userNo, selection)
    const progress: ExportProgress = { done: 0, total: keys.length, bytes: 0 }
    let postedAt = 0
    function tell () {
      if (performance.now() - postedAt < PROGRESS_INTERVAL_MS) return
      postedAt = performance.now()
      post({ progress })
    }
    function * counted () {
      for (const conversation of readConversations(db, userNo, keys)) {
        yield conversation
        progress.done++
        tell()
      }
    }
    await writeFile(path, isSingle ? one ?? many : many, counted(), options, (bytes) => {
      progress.bytes = bytes
      tell()
    })
    post({ done: progress })
  } finally {
    db.$client.close()
  }
}

const job: ExportJob = workerData
work(job).catch((error) => post({ error: flattenError(error) }))
