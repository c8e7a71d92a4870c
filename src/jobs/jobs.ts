import { EventEmitter, once } from 'node:events'
import { v7 as uuid } from 'uuid'
import { DomainError } from '../errors.js'
import type { JobQueue } from './queue.js'

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** A job as its owner can watch it. */
export interface JobStatus<Progress> {
  id: string
  state: JobState
  /** How far it is. */
  progress: Progress
  /** Why it failed, in the words its owner reads. */
  error: Error | null
}

/** What a job is given: the way to report progress, and the signal to stop. */
export interface JobControl<Progress> { onProgress (progress: Progress): void, signal: AbortSignal }

/** What a job does, and what is done after it however it ends. */
export interface JobTask<Progress> {
  /** What its status shows before it has begun. */
  initial: Progress
  /** Returns the last progress. */
  work (control: JobControl<Progress>): Promise<Progress>
  cleanUp (): Promise<void>
}

export interface JobOptions<Progress> {
  /** What one job is called in errors: `import`. */
  what: string
  /** Called when cleaning up, or removing what a job made, fails, which changes nothing about the job. */
  onCleanUpError? (error: unknown): void
  /** Called with the error of a job that failed. */
  onFailed? (error: Error): void
  /** Called when a job that is over is forgotten, to remove what it made. */
  onForgotten? (status: JobStatus<Progress>): Promise<void>
  /** How long the status of a job is kept after its end. */
  keepMs?: number
}

interface Job<Progress> {
  userNo: number
  status: JobStatus<Progress>
  abort: AbortController
  changes: EventEmitter
  /** Counts the changes. */
  version: number
  /** What watchers of this version are shown, once one has asked. */
  shown: string | null
  finished: Promise<Progress>
}

/** Jobs whose status is kept after their end, and for how long. */
const MAX_FINISHED = 1000
const KEEP_FINISHED_MS = 3_600_000

const STOPPING = 'The server is stopping'

export type Jobs<Progress> = ReturnType<typeof createJobs<Progress>>

/** Whether a job will not change any more. */
export function isOver ({ state }: Pick<JobStatus<unknown>, 'state'>) {
  return state !== 'waiting' && state !== 'running'
}

/** The jobs of one kind in this process: those that wait, run, or ended a while ago. */
export function createJobs<Progress> (queue: JobQueue, options: JobOptions<Progress>) {
  const { what, onCleanUpError = () => {}, onFailed = () => {}, onForgotten = async () => {}, keepMs = KEEP_FINISHED_MS } = options
  const noun = what.charAt(0).toUpperCase() + what.slice(1)
  const jobs = new Map<string, Job<Progress>>()
  let isClosed = false

  /**
   * Checks that `start` would take a job of this user now.
   * @throws {DomainError} TOO_MANY_REQUESTS when the queue is full, BUSY after `close`.
   */
  function assertRoom (userNo: number) {
    if (isClosed) throw new DomainError('BUSY', STOPPING)
    queue.assertRoom(userNo)
  }

  /**
   * Starts a job, or queues it. `finished` settles with it.
   * @throws {DomainError} as `assertRoom`. There is no job then, and `cleanUp` is not called.
   */
  function start (userNo: number, { initial, work, cleanUp }: JobTask<Progress>): { id: string, finished: Promise<Progress> } {
    assertRoom(userNo)
    const status: JobStatus<Progress> = { id: uuid(), state: 'waiting', progress: initial, error: null }
    const abort = new AbortController()
    const changes = new EventEmitter()

    function change (part: Partial<JobStatus<Progress>>) {
      Object.assign(status, part)
      const job = jobs.get(status.id)
      if (job) {
        job.version++
        job.shown = null
      }
      changes.emit('change')
    }

    const finished = queue.run(userNo, abort.signal, () => {
      change({ state: 'running' })
      return work({ onProgress: (progress) => change({ progress }), signal: abort.signal })
    }).finally(() => cleanUp().catch(onCleanUpError))
    finished.then(
      (progress) => change({ state: 'done', progress }),
      (error: Error) => {
        change({ state: abort.signal.aborted ? 'cancelled' : 'failed', error })
        if (!abort.signal.aborted) onFailed(error)
      }
    ).finally(() => { setTimeout(() => forget(status.id), keepMs).unref() })
    jobs.set(status.id, { userNo, status, abort, changes, version: 0, shown: null, finished })
    forgetOldestFinished()
    return { id: status.id, finished }
  }

  /** Forgets a job that is over. */
  async function forget (id: string) {
    const job = jobs.get(id)
    if (job && jobs.delete(id)) await onForgotten(job.status).catch(onCleanUpError)
  }

  function forgetOldestFinished () {
    if (jobs.size <= MAX_FINISHED) return
    const over = [...jobs.values()].find(({ status }) => isOver(status))
    if (over) forget(over.status.id)
  }

  /** @throws {DomainError} NOT_FOUND, for somebody else's job too. */
  function find (userNo: number, id: string): Job<Progress> {
    const job = jobs.get(id)
    if (job?.userNo !== userNo) throw new DomainError('NOT_FOUND', `${noun} not found`)
    return job
  }

  /** How a job stands now. */
  function status (userNo: number, id: string): JobStatus<Progress> {
    return find(userNo, id).status
  }

  /** A user's jobs, oldest first. */
  function ofUser (userNo: number): Array<JobStatus<Progress>> {
    return [...jobs.values()].filter((job) => job.userNo === userNo).map(({ status }) => status)
  }

  /**
   * How a job stands, as `show` puts it: now and after each change until it is over. Changes between two reads are one. All
   * who watch a job get the same text, made once.
   */
  async function * watch (userNo: number, id: string, signal: AbortSignal, show: (status: JobStatus<Progress>) => string): AsyncGenerator<string, void, void> {
    const job = find(userNo, id)
    for (let seen = -1; seen !== job.version || !isOver(job.status);) {
      if (seen === job.version) {
        await once(job.changes, 'change', { signal })
      } else {
        seen = job.version
        yield job.shown ??= show(job.status)
      }
    }
  }

  /**
   * Stops a job; nothing of it is left. One that is over stays as it is.
   * @throws {DomainError} NOT_FOUND, or FORBIDDEN for somebody else's.
   */
  async function cancel (userNo: number, id: string): Promise<JobStatus<Progress>> {
    const job = jobs.get(id)
    if (job && job.userNo !== userNo) throw new DomainError('FORBIDDEN', `This ${what} belongs to somebody else`)
    const { status, abort, finished } = find(userNo, id)
    if (isOver(status)) return status
    abort.abort(new DomainError('CONFLICT', `The ${what} was cancelled`))
    await finished.catch(() => undefined)
    return status
  }

  /** Stops every job, and starts no other one. */
  async function close () {
    isClosed = true
    const open = [...jobs.values()].filter(({ status }) => !isOver(status))
    for (const { abort } of open) abort.abort(new DomainError('BUSY', STOPPING))
    await Promise.allSettled(open.map(({ finished }) => finished))
  }

  return { assertRoom, start, status, ofUser, watch, cancel, forget, close }
}
