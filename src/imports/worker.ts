import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { ReadyConversation } from '../formats/kit/draft.js'
import { flattenError, type PlainError } from '../writer/errors.js'
import { commandPort } from '../writer/port-client.js'
import { type StageResult, stageConversations } from './commands.js'
import { openImport } from './read-file.js'
import { emptyReport, type ImportReport, reportBatch, reportEntry, reportUnread } from './report.js'
import { type StagedConversation, stagedParts } from './rows.js'

/*
 * The import thread: reads one file, and hands what it finds straight to the writer in batches, a few at a time.
 * It has a memory limit of its own, so a file made to exhaust it ends this thread and nothing else.
 */

export interface ImportJob {
  path: string
  scratchDirectory: string
  userNo: number
  /** The partition to stage in. */
  partitionNo: number
  restoreDeleted: boolean
  now: number
  /** Leads to the writer. */
  port: MessagePort
}

/** What the thread tells: how far it is, and once how it ended. */
export type ImportEvent =
  | { progress: { bytesRead: number, bytesTotal: number, report: ImportReport } }
  | { done: ImportReport }
  | { error: PlainError }

/** Characters of message text in one batch, and batches under way at once. */
const BATCH_SIZE = 2 ** 18
const BATCHES_UNDER_WAY = 8

/** Milliseconds between two progress events. */
const PROGRESS_INTERVAL = 250

if (!parentPort) throw new Error('This file is a worker thread')
const parent = parentPort

/** Tells the other side what happened. */
function tell (event: ImportEvent) {
  parent.postMessage(event)
}

async function work (job: ImportJob) {
  const report = emptyReport()
  const stage = stager(job, report)
  const reader = await openImport(job.path, { scratchDirectory: job.scratchDirectory, now: job.now })
  try {
    let told = 0
    for (const entry of reader.entries()) {
      if (entry.kind === 'conversation') await stage.add(entry.index, entry.conversation)
      else if (entry.kind === 'unread') reportUnread(report, { name: entry.name, reason: entry.reason })
      else reportEntry(report, entry.kind, withoutKind(entry))
      if (performance.now() - told < PROGRESS_INTERVAL) continue
      told = performance.now()
      tell({ progress: { bytesRead: reader.bytesRead, bytesTotal: reader.bytesTotal, report } })
    }
    await stage.finish()
    report.format = reader.formats.join()
    report.errors.sort((a, b) => a.index - b.index)
    tell({ done: report })
  } finally {
    reader.close()
  }
}

function withoutKind ({ index, title, reason }: { index: number, title?: string, reason: string }) {
  return { index, ...(title !== undefined && { title }), reason }
}

/** Collects conversations into batches and keeps a few of them under way, so that reading waits for the writer. */
function stager ({ userNo, partitionNo, restoreDeleted, port }: ImportJob, report: ImportReport) {
  const writer = commandPort(port, BATCHES_UNDER_WAY + 1)
  const underWay = new Set<Promise<void>>()
  let batch: StagedConversation[] = []
  let size = 0

  const stage = (conversations: StagedConversation[]) =>
    stageConversations(writer, { userNo, partitionNo, restoreDeleted, conversations })

  async function send () {
    const conversations = batch
    batch = []
    size = 0
    if (underWay.size >= BATCHES_UNDER_WAY) await Promise.race(underWay)
    const sent = stage(conversations)
      .then((result) => reportBatch(report, result))
      .finally(() => underWay.delete(sent))
    underWay.add(sent)
  }

  async function finish () {
    if (batch.length > 0) await send()
    await Promise.all(underWay)
  }

  async function sendParts (parts: Iterable<StagedConversation>) {
    await finish()
    const results: StageResult = []
    for (const part of parts) results.push(...await stage([part]))
    reportBatch(report, wholeOf(results))
  }

  return {
    async add (index: number, conversation: ReadyConversation) {
      const parts = stagedParts(userNo, index, conversation)
      const [first, second] = [parts.next().value, parts.next().value]
      if (!first) return
      if (second) return sendParts(chain([first, second], parts))
      batch.push(first)
      size += first.messages.reduce((sum, { body }) => sum + body.length, 500)
      if (size >= BATCH_SIZE) await send()
    },
    finish
  }
}

function * chain <T> (...sources: Array<Iterable<T>>): Generator<T, void, void> {
  for (const source of sources) yield * source
}

/** What became of a conversation, by what became of its parts: those after the first are only ever added to it. */
function wholeOf (parts: StageResult): StageResult {
  const [first] = parts
  if (!first) return []
  const grown = parts.find(({ outcome }) => outcome === 'updated')
  return [{ ...grown ?? first, messages: parts.reduce((sum, { messages }) => sum + messages, 0) }]
}

const job: ImportJob = workerData
work(job)
  .catch((error) => tell({ error: flattenError(error) }))
  .finally(() => job.port.close())
