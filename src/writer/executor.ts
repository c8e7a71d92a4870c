import type { Db } from '../db/connection.js'
import { COMMIT_UNCERTAIN, StorageError, storageCode } from './errors.js'
import { type CommandLimits, meterStatements } from './limits.js'

/** A command waiting to run, with the way to tell its sender what became of it. */
export interface Job {
  /** The command's name, for errors. */
  name: string
  /**
   * Null for a short command. A bulk job names its lane: it gives way to short commands between its steps. It shares a
   * transaction, which fails as a whole, with other jobs of its lane only.
   */
  lane: string | null
  run (db: Db): unknown
  succeed (output: unknown): void
  fail (error: unknown): void
}

export interface ExecutorOptions {
  /** Called before each look at the queue: submits the jobs that arrived while the thread was busy. */
  receive? (): void
  /** Called after each commit, before any job of the transaction is answered. */
  committed? (): void
  /** Called between transactions; returns true if it wrote, which then counts as a bulk step. */
  checkpoint? (): boolean
  /** Asks for `turn` to be called soon. */
  schedule (turn: () => void): void
  /** How long waiting commands are collected into one transaction before it is committed. */
  groupBudgetMs?: number
  /** How long a bulk transaction stays open when nothing else waits. */
  bulkBudgetMs?: number
  /** Fails each short command that does more; the tests set this. */
  limits?: CommandLimits | undefined
}

export type Executor = ReturnType<typeof createExecutor>

interface Outcome { job: Job, output?: unknown, error?: unknown }
type Steps = Generator<void, unknown, void>
interface BulkJob { job: Job, steps: Steps }

/**
 * Runs jobs on one connection. Short jobs that wait together share a transaction and are answered after its commit. Bulk
 * jobs run in between, a step at a time while short jobs wait.
 *
 * A short job that throws undoes only its own work, yet it has no savepoint of its own. Inside a savepoint SQLite keeps the
 * journal of every statement until the end, and in memory that takes time quadratic in the number of statements; FTS5
 * writes out what it has collected at each savepoint. So when a job throws after it changed something, the transaction is
 * rolled back and the jobs before it run again.
 */
export function createExecutor (db: Db, options: ExecutorOptions) {
  const { $client: sqlite } = db
  const { groupBudgetMs = 20, bulkBudgetMs = 250, limits } = options
  const begin = sqlite.prepare('BEGIN IMMEDIATE')
  const commit = sqlite.prepare('COMMIT')
  const rollback = sqlite.prepare('ROLLBACK')
  const totalChanges = sqlite.prepare<[], number>('SELECT total_changes()').pluck()
  const meter = limits && meterStatements(sqlite)

  const waiting: Job[] = []
  /** Bulk jobs by lane; the lanes take turns, the one to go next first. */
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
    // The connection may be closed by now.
    if (stopped) return
    scheduled = false
    hasCommitted = false
    options.receive?.()
    // Everything else has its turn after each group: a steady stream of short commands must not stop it.
    const isGroupTurn = waiting.length > 0 && !wasGroup
    wasGroup = isGroupTurn
    if (isGroupTurn) runGroup()
    else if (!options.checkpoint?.()) runBulk()
    if (waiting.length > 0 || lanes.size > 0 || hasCommitted) schedule()
  }

  /** One transaction for all short jobs that wait; each can fail alone. */
  function runGroup () {
    const group: Outcome[] = []
    const until = performance.now() + groupBudgetMs
    const fault = transaction(() => {
      for (let job = waiting.shift(); job; job = performance.now() < until ? waiting.shift() : undefined) {
        const outcome: Outcome = { job }
        group.push(outcome)
        attempt(outcome, group)
        if (waiting.length === 0) options.receive?.()
      }
    })
    answer(group, fault)
  }

  /** One transaction of steps of one lane, until a short command waits, the lane is done, or the budget is spent. */
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
        }
        options.receive?.()
      } while (waiting.length === 0 && performance.now() < until)
    })
    lanes.delete(lane)
    // What the rolled-back steps belonged to cannot go on without them.
    if (fault) done.push(...queue.splice(0, 1))
    if (queue.length > 0) lanes.set(lane, queue)
    answer(done, fault)
  }

  function * asSteps (job: Job): Steps {
    const result = job.run(db)
    return isSteps(result) ? yield * result : result
  }

  /** Runs the last job of a group. Whatever it throws leaves the work of the jobs before it in the transaction. */
  function attempt (outcome: Outcome, group: readonly Outcome[]) {
    const before = totalChanges.get()
    try {
      outcome.output = runShort(outcome.job)
    } catch (error) {
      // A full disk or a failed read makes SQLite roll the whole transaction back.
      if (!sqlite.inTransaction) throw error
      outcome.error = error
      if (totalChanges.get() !== before) redo(group)
    }
  }

  /** Takes back what the transaction did so far, and runs those jobs of it again that did not throw. */
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

  /** Runs `work` and commits it; what went wrong with the transaction as a whole, or null. */
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
   * When the disk fails during a commit, the log may hold the whole transaction although SQLite took it back here; then
   * the next start after a crash replays it.
   */
  function commitOrDoubt () {
    try {
      commit.run()
    } catch (error) {
      if (!storageCode(error).startsWith('SQLITE_IOERR')) throw error
      throw new StorageError(COMMIT_UNCERTAIN, error instanceof Error ? error.message : String(error))
    }
  }

  function answer (outcomes: Outcome[], fault: { error: unknown } | null) {
    for (const outcome of outcomes) {
      if (fault) outcome.job.fail(fault.error)
      else if ('error' in outcome) outcome.job.fail(outcome.error)
      else outcome.job.succeed(outcome.output)
    }
  }

  /** Runs the short commands that wait, refuses what comes after, and leaves bulk work for the next start. */
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
