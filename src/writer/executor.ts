import type { Db } from '../db/connection.js'
import { COMMIT_UNCERTAIN, StorageError, storageCode } from './errors.js'
import { type CommandLimits, meterStatements } from './limits.js'

/** A command to run, with callbacks for its result. */
export interface Job {
  /** The command's name, for errors. */
  name: string
  /** The lane of a bulk job, null for a short command. Jobs of one lane run one after another. */
  lane: string | null
  /** Whether the next job of the lane may run in the same transaction, which fails as a whole. */
  sharesTransaction?: boolean
  run (db: Db): unknown
  succeed (output: unknown): void
  fail (error: unknown): void
}

export interface ExecutorOptions {
  /** Called before the queue is read. It submits jobs that arrived while the thread was busy. */
  receive? (): void
  /** Called after each commit, before the jobs of the transaction succeed. */
  committed? (): void
  /** Called between transactions. Returns true if it wrote, which counts as a bulk step. */
  checkpoint? (): boolean
  /** Must call `turn` soon, asynchronously. */
  schedule (turn: () => void): void
  /** Time after which a group of short commands is committed, even if more wait. */
  groupBudgetMs?: number
  /** Time after which a bulk transaction is committed, even if no short command waits. */
  bulkBudgetMs?: number
  /** A short command that exceeds these limits fails. Only tests set them. */
  limits?: CommandLimits | undefined
}

export type Executor = ReturnType<typeof createExecutor>

interface Outcome { job: Job, output?: unknown, error?: unknown }
type Steps = Generator<void, unknown, void>
interface BulkJob { job: Job, steps: Steps }

/**
 * Runs jobs on one connection. Short jobs that wait together share a transaction and succeed after its commit. Bulk jobs
 * run between these groups, one step at a time while short jobs wait.
 *
 * A short job that throws undoes only its own work, without a savepoint. When a job throws after a change, the
 * transaction is rolled back and the jobs before it run again. Inside a savepoint SQLite keeps the journals of all
 * statements. With `temp_store = MEMORY` that takes time quadratic in their number. FTS5 also flushes at each savepoint.
 */
export function createExecutor (db: Db, options: ExecutorOptions) {
  const { $client: sqlite } = db
  const { groupBudgetMs = 20, bulkBudgetMs = 100, limits } = options
  // Raw SQL: Drizzle's transactions take a function and cannot stay open between two steps.
  const begin = sqlite.prepare('BEGIN IMMEDIATE')
  const commit = sqlite.prepare('COMMIT')
  const rollback = sqlite.prepare('ROLLBACK')
  const totalChanges = sqlite.prepare<[], number>('SELECT total_changes()').pluck()
  const meter = limits && meterStatements(sqlite)

  const waiting: Job[] = []
  /** Bulk jobs by lane. The first lane runs next. */
  const lanes = new Map<string, BulkJob[]>()
  let scheduled = false
  let wasGroup = false
  let hasCommitted = false
  let stopped = false

  function submit (job: Job) {
    if (stopped) return job.fail(new Error('The writer has stopped'))
    if (job.lane === null) waiting.push(job)
    else enqueue(job.lane, { job, steps: asSteps(job) })
    schedule()
  }

  function enqueue (lane: string, bulkJob: BulkJob) {
    const queue = lanes.get(lane)
    if (queue) queue.push(bulkJob)
    else lanes.set(lane, [bulkJob])
  }

  function schedule () {
    if (scheduled) return
    scheduled = true
    options.schedule(turn)
  }

  function turn () {
    // After a stop the connection may be closed.
    if (stopped) return
    scheduled = false
    hasCommitted = false
    options.receive?.()
    // Checkpoints and bulk jobs get a turn after each group, so that a steady stream of short commands cannot starve them.
    const isGroupTurn = waiting.length > 0 && !wasGroup
    wasGroup = isGroupTurn
    if (isGroupTurn) runGroup()
    else if (!options.checkpoint?.()) runBulk()
    if (waiting.length > 0 || lanes.size > 0 || hasCommitted) schedule()
  }

  /** Runs all waiting short jobs in one transaction. Each can fail alone. */
  function runGroup () {
    const first = waiting.shift()
    if (!first) return
    // The group has its first job before the transaction begins, so that a failed BEGIN is reported to that job.
    const group: Outcome[] = [{ job: first }]
    const until = performance.now() + groupBudgetMs
    const fault = transaction(() => {
      for (const outcome of group) {
        attempt(outcome, group)
        if (waiting.length === 0) options.receive?.()
        const next = performance.now() < until ? waiting.shift() : undefined
        if (next) group.push({ job: next })
      }
    })
    settle(group, fault)
  }

  /**
   * Runs steps of one lane in one transaction until a short command waits, the job is done or the budget is used up. A job
   * that shares its transaction is followed by the next one.
   */
  function runBulk () {
    const [next] = lanes
    if (!next) return
    const [lane, queue] = next
    const done: Outcome[] = []
    const until = performance.now() + bulkBudgetMs
    const fault = transaction(() => {
      do {
        const current = queue[0]
        if (!current) break
        const step = current.steps.next()
        if (step.done) {
          queue.shift()
          done.push({ job: current.job, output: step.value })
          // A failure of the next job would undo this one.
          if (!current.job.sharesTransaction) break
        }
        options.receive?.()
      } while (waiting.length === 0 && performance.now() < until)
    })
    lanes.delete(lane)
    // The first job was interrupted by the rollback and cannot continue.
    if (fault) done.push(...queue.splice(0, 1))
    if (queue.length > 0) lanes.set(lane, queue)
    settle(done, fault)
  }

  function * asSteps (job: Job): Steps {
    const result = job.run(db)
    return isSteps(result) ? yield * result : result
  }

  /** Runs the last job of a group. If it throws, the transaction keeps the changes of the jobs before it. */
  function attempt (outcome: Outcome, group: readonly Outcome[]) {
    const before = totalChanges.get()
    try {
      outcome.output = runShort(outcome.job)
    } catch (error) {
      // SQLite rolls back the whole transaction after a full disk or an I/O error.
      if (!sqlite.inTransaction) throw error
      outcome.error = error
      if (totalChanges.get() !== before) redo(group)
    }
  }

  /** Rolls the transaction back and runs again the jobs that did not throw. */
  function redo (group: readonly Outcome[]) {
    rollback.run()
    begin.run()
    const done: Outcome[] = []
    for (const outcome of group) {
      if ('error' in outcome) continue
      done.push(outcome)
      attempt(outcome, done)
    }
  }

  function runShort (job: Job) {
    meter?.reset()
    const output = job.run(db)
    if (limits) meter?.assertWithin(limits, job.name)
    return output
  }

  /** Runs `work` in a transaction. Returns the error that failed the whole transaction, or null. */
  function transaction (work: () => void): { error: unknown } | null {
    try {
      begin.run()
      work()
      commitOrDoubt()
      hasCommitted = true
      options.committed?.()
      return null
    } catch (error) {
      if (sqlite.inTransaction) rollback.run()
      return { error }
    }
  }

  /**
   * When the disk fails during a commit, SQLite rolls back here, but the WAL may hold the whole transaction. After a
   * crash the next start would recover it.
   */
  function commitOrDoubt () {
    try {
      commit.run()
    } catch (error) {
      if (!storageCode(error).startsWith('SQLITE_IOERR')) throw error
      throw new StorageError(COMMIT_UNCERTAIN, error instanceof Error ? error.message : String(error))
    }
  }

  function settle (outcomes: Outcome[], fault: { error: unknown } | null) {
    for (const outcome of outcomes) {
      if (fault) outcome.job.fail(fault.error)
      else if ('error' in outcome) outcome.job.fail(outcome.error)
      else outcome.job.succeed(outcome.output)
    }
  }

  /**
   * Runs the waiting short commands, then refuses new ones. Bulk jobs fail, and the next start resumes or discards their
   * work.
   */
  function stop () {
    options.receive?.()
    while (waiting.length > 0) runGroup()
    stopped = true
    const left = [...lanes.values()].flat()
    lanes.clear()
    for (const { job } of left) job.fail(new Error('The server stopped before this was done'))
  }

  return { submit, stop }
}

function isSteps (value: unknown): value is Steps {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value
}
