import { workerData } from 'node:worker_threads'
import { openReader } from '../db/open.js'
import type { ExportFormatName } from '../formats/export-formats.js'
import type { ExportOptions } from '../formats/kit/export-format.js'
import { serveThread } from '../threads/serve.js'
import { type ExportedKind, loadOutput } from './output.js'
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

/** How an export ended. */
export type ExportResult = ExportProgress & ExportedKind

const PROGRESS_INTERVAL_MS = 250

const { databasePath, path, userNo, format, options, selection, isSingle }: ExportJob = workerData
const { output, kind } = await loadOutput(format, isSingle)

async function work (onProgress: (progress: ExportProgress) => void): Promise<ExportResult> {
  const db = openReader(databasePath)
  try {
    const keys = selectConversations(db, userNo, selection)
    const progress: ExportProgress = { done: 0, total: keys.length, bytes: 0 }
    let postedAt = 0
    function tell () {
      if (performance.now() - postedAt < PROGRESS_INTERVAL_MS) return
      postedAt = performance.now()
      onProgress(progress)
    }
    function * counted () {
      for (const conversation of readConversations(db, userNo, keys)) {
        yield conversation
        progress.done++
        tell()
      }
    }
    await writeFile(path, output, counted(), options, (bytes) => {
      progress.bytes = bytes
      tell()
    })
    return { ...progress, ...kind }
  } finally {
    db.$client.close()
  }
}

await serveThread(work)
