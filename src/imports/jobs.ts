import { EventEmitter, on } from 'node:events'
import { v7 as uuid } from 'uuid'
import { DomainError } from '../errors.js'
import type { ImportQueue } from './queue.js'
import { emptyReport, type ImportReport } from './report.js'

export type ImportState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** How far an import is. */
export interface ImportProgress { bytesRead: number, bytesTotal: number, report: ImportReport }

/** An import as its owner can watch it. */
export interface ImportStatus extends ImportProgress {
  id: string
  state: ImportState
  /** Why it failed, in the words its sender would have read. */
  error: Error | null
}

/** What an import is given: the way to tell how far it is, and the signal to stop. */
export interface ImportControl { onProgress (progress: ImportProgress): void, signal: AbortSignal }

/** What an import does, and what is done after it however it ends. */
export interface ImportTask {
  dryRun: boolean
  work (control: ImportControl): Promise<ImportReport>
  cleanUp (): Promise<void>
}

interface Job { userNo: number, status: ImportStatus, abort: AbortController, changes: EventEmitter, finished: Promise<ImportReport> }

/** Imports whose state is kept after they ended, and for how long. */
const MAX_FINISHED = 1000
const KEEP_FINISHED_MS = 3_600_000

/** Whether an import will not change any more. */
export function isOver ({ state }: Pick<ImportStatus, 'state'>) {
  return state !== 'waiting' && state !== 'running'
}

/**
 * The imports of this process: those that wait, run, or ended a while ago. A failure to clean up changes nothing about an
 * import; `onCleanUpError` is told of it.
 */
export function createImportJobs (queue: ImportQueue, onCleanUpError: (error: unknown) => void = () => {}) {
  const jobs = new Map<string, Job>()

  /** Starts an import, or lines it up; `finished` settles with it, TOO_MANY_REQUESTS when the line is too long. */
  function start (userNo: number, { dryRun, work, cleanUp }: ImportTask): { id: string, finished: Promise<ImportReport> } {
    const status: ImportStatus = { id: uuid(), state: 'waiting', bytesRead: 0, bytesTotal: 0, report: { ...emptyReport(), dryRun }, error: null }
    const abort = new AbortController()
    const changes = new EventEmitter()

    function change (part: Partial<ImportStatus>) {
      Object.assign(status, part)
      changes.emit('change')
    }

    const finished = queue.run(userNo, abort.signal, () => {
      change({ state: 'running' })
      const onProgress = ({ report, ...progress }: ImportProgress) => change({ ...progress, report: { ...report, dryRun } })
      return work({ onProgress, signal: abort.signal })
    }).finally(() => cleanUp().catch(onCleanUpError))
    finished.then(
      (report) => change({ state: 'done', report, bytesRead: status.bytesTotal }),
      (error: Error) => change({ state: abort.signal.aborted ? 'cancelled' : 'failed', error })
    ).finally(() => { setTimeout(() => jobs.delete(status.id), KEEP_FINISHED_MS).unref() })
    jobs.set(status.id, { userNo, status, abort, changes, finished })
    removeOldestFinished()
    return { id: status.id, finished }
  }

  function removeOldestFinished () {
    if (jobs.size <= MAX_FINISHED) return
    const over = [...jobs.values()].find(({ status }) => isOver(status))
    if (over) jobs.delete(over.status.id)
  }

  /** @throws {DomainError} NOT_FOUND, for somebody else's import too. */
  function find (userNo: number, id: string): Job {
    const job = jobs.get(id)
    if (job?.userNo !== userNo) throw new DomainError('NOT_FOUND', 'Import not found')
    return job
  }

  /** How an import stands now. */
  function status (userNo: number, id: string): ImportStatus {
    return find(userNo, id).status
  }

  /** How an import stands, now and after each change until it is over. */
  async function * watch (userNo: number, id: string, signal: AbortSignal): AsyncGenerator<ImportStatus, void, void> {
    const { status, changes } = find(userNo, id)
    const events = on(changes, 'change', { signal })
    try {
      yield status
      while (!isOver(status)) {
        await events.next()
        yield status
      }
    } finally {
      await events.return?.()
    }
  }

  /**
   * Stops an import; nothing of it is left. One that is over stays as it is.
   * @throws {DomainError} NOT_FOUND, or FORBIDDEN for somebody else's.
   */
  async function cancel (userNo: number, id: string): Promise<ImportStatus> {
    const job = jobs.get(id)
    if (job && job.userNo !== userNo) throw new DomainError('FORBIDDEN', 'This import belongs to somebody else')
    const { status, abort, finished } = find(userNo, id)
    if (isOver(status)) return status
    abort.abort(new DomainError('CONFLICT', 'The import was cancelled'))
    await finished.catch(() => undefined)
    return status
  }

  /** Stops every import, when the server does. */
  async function close () {
    const open = [...jobs.values()].filter(({ status }) => !isOver(status))
    for (const { abort } of open) abort.abort(new DomainError('BUSY', 'The server is stopping'))
    await Promise.allSettled(open.map(({ finished }) => finished))
  }

  return { start, status, watch, cancel, close }
}
