import { type MessagePort, workerData } from 'node:worker_threads'
import type { ReadyConversation } from '../formats/kit/draft.js'
import { serveThread } from '../threads/serve.js'
import { commandPort } from '../writer/port-client.js'
import { findUnchanged, type StageResult, stageConversations } from './commands.js'
import { openImport } from './read-file.js'
import { emptyReport, type ImportProgress, type ImportReport, reportBatch, reportEntry, reportUnread } from './report.js'
import { charactersIn, isLong, type StagedConversation, stagedParts } from './rows.js'

/*
 * The import thread: reads one file, and hands what it finds straight to the writer in batches, a few at a time.
 * It has a memory limit of its own, so a file made to exhaust it ends this thread and nothing else.
 */

export interface ImportJob {
  path: string
  fileName: string | null
  scratchDirectory: string
  userNo: number
  /** The partition to stage in. */
  partitionNo: number
  restoreDeleted: boolean
  dryRun: boolean
  now: number
  /** Leads to the writer. */
  port: MessagePort
}

/** Characters of messages after which a batch is sent. Each conversation counts as some more. */
const BATCH_CHARACTERS = 2 ** 18
const CHARACTERS_PER_CONVERSATION = 500
/** Batches that the writer has not answered yet; reading waits while there are so many. */
const MAX_BATCHES_UNDER_WAY = 8

const PROGRESS_INTERVAL_MS = 250

async function work (job: ImportJob, onProgress: (progress: ImportProgress) => void): Promise<ImportReport> {
  const report = emptyReport(job.dryRun)
  const stage = stager(job, report)
  const reader = await openImport(job.path, job)
  try {
    let lastProgressAt = 0
    for (const entry of reader.entries()) {
      if (entry.kind === 'conversation') await stage.add(entry.index, entry.conversation)
      else if (entry.kind === 'unread') reportUnread(report, { name: entry.name, reason: entry.reason })
      else reportEntry(report, entry.kind, withoutKind(entry))
      if (performance.now() - lastProgressAt < PROGRESS_INTERVAL_MS) continue
      lastProgressAt = performance.now()
      onProgress({ bytesRead: reader.bytesRead, bytesTotal: reader.bytesTotal, report })
    }
    await stage.finish()
    report.format = reader.formats.join()
    report.errors.sort((a, b) => a.index - b.index)
    return report
  } finally {
    reader.close()
  }
}

function withoutKind ({ index, title, reason }: { index: number, title?: string, reason: string }) {
  return { index, ...(title !== undefined && { title }), reason }
}

interface Found { index: number, conversation: ReadyConversation }

/** Collects conversations into batches and keeps a few of them under way, so that reading waits for the writer. */
function stager ({ userNo, partitionNo, restoreDeleted, port }: ImportJob, report: ImportReport) {
  const writer = commandPort(port, MAX_BATCHES_UNDER_WAY + 1)
  const underWay = new Set<Promise<void>>()
  let batch: Found[] = []
  let size = 0

  async function add (index: number, conversation: ReadyConversation) {
    if (isLong(conversation)) {
      // Its parts come one after the other. Nothing else is under way meanwhile, because it may be the same conversation.
      await finish()
      return await stageChanged([{ index, conversation }])
    }
    batch.push({ index, conversation })
    size += charactersIn(conversation) + CHARACTERS_PER_CONVERSATION
    if (size >= BATCH_CHARACTERS) await send()
  }

  async function send () {
    const found = batch
    batch = []
    size = 0
    if (underWay.size >= MAX_BATCHES_UNDER_WAY) await Promise.race(underWay)
    const sent = stageChanged(found).finally(() => underWay.delete(sent))
    underWay.add(sent)
  }

  async function finish () {
    if (batch.length > 0) await send()
    await Promise.all(underWay)
  }

  /** Stages the conversations that are not here just as they are, all in one command unless there is a long one. */
  async function stageChanged (found: Found[]) {
    const changed = await withoutUnchanged(found)
    const [first, ...others] = changed
    if (first === undefined) return
    if (others.length === 0 && isLong(first.conversation)) return await stageParts(first)
    const conversations = changed.flatMap(({ index, conversation }) => [...stagedParts(userNo, index, conversation)])
    reportBatch(report, await stage(conversations))
  }

  async function withoutUnchanged (found: Found[]): Promise<Found[]> {
    const drafts = found.map(({ conversation: { source, sourceId, fingerprint } }) => ({ source, sourceId, fingerprint }))
    const unchanged = new Set(await findUnchanged(writer, { userNo, drafts }))
    report.unchanged += unchanged.size
    return found.filter((_, n) => !unchanged.has(n))
  }

  async function stageParts ({ index, conversation }: Found) {
    const results: StageResult = []
    for (const part of stagedParts(userNo, index, conversation)) results.push(...await stage([part]))
    reportBatch(report, wholeOf(results))
  }

  function stage (conversations: StagedConversation[]) {
    return stageConversations(writer, { userNo, partitionNo, restoreDeleted, conversations })
  }

  return { add, finish }
}

/** What became of a conversation, by what became of its parts: those after the first are only ever added to it. */
function wholeOf (parts: StageResult): StageResult {
  const [first] = parts
  if (!first) return []
  const grown = parts.find(({ outcome }) => outcome === 'updated')
  return [{ ...grown ?? first, messages: parts.reduce((sum, { messages }) => sum + messages, 0) }]
}

const job: ImportJob = workerData
await serveThread<ImportProgress, ImportReport>((onProgress) => work(job, onProgress))
job.port.close()
