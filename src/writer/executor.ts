import type { Db } from '../db/connection.js'

/** A command waiting to run, with the way to tell its sender what became of it. */
export interface Job {
  /**
   * Null for a short command. A bulk job names its lane: it gives way to short commands between its steps, and
   * shares a transaction, and the fate of it, with other jobs of its lane only.
   */
  lane: string | null
  run (db: Db): unknown
  succeed (output: unknown): void
  fail (error: unknown): void
}

export interface ExecutorOptions {
  /** Called before each look at the queue: hands over jobs that arrived while the thread was busy. */
  receive? (): void
  /** Called after each commit, before anybody is told of it. */
  committed? (): void
  /** Called between transactions; answers whether it took the time of a bulk step. */
  checkpoint? (): boolean
  /** Asks for `turn` to be called soon. */
  schedule (turn: () => void): void
  /** How long, in milliseconds, waiting commands are collected into one transaction before it is committed. */
  groupBudget?: number
  /** How long a bulk transaction stays open when nothing else waits. */
  bulkBudget?: number
}

export type Executor = ReturnType<typeof createExecutor>

interface Outcome { job: Job, output?: unknown, error?: unknown }
type Steps = Generator<void, unknown, void>
interface BulkJob { job: Job, steps: Steps }

/**
 * Runs jobs on one connection. Those waiting together share a transaction, a savepoint each, and are answered
 * after its commit; bulk jobs run in between, a step at a time while anybody waits.
 */
export function createExecutor (db: Db, options: ExecutorOptions) {
  const { $client: sqlite } = db
  const { groupBudget = 20, bulkBudget = 250 } = options
  const begin = sqlite.prepare('BEGIN IMMEDIATE')
  const commit = sqlite.prepare('COMMIT')
  const rollback = sqlite.prepare('ROLLBACK')
  const savepoint = sqlite.prepare('SAVEPOINT job')
  const release = sqlite.prepare('RELEASE job')
  const undo = sqlite.prepare('ROLLBACK TO job')

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

  /** One transaction for all that waits; each job can fail alone. */
  function runGroup () {
    const first = waiting.shift()
    if (!first) return
    const group: Outcome[] = [{ job: first }]
    const until = performance.now() + groupBudget
    const fault = transaction(() => {
      for (const outcome of group) {
        attempt(outcome)
        if (waiting.length === 0) options.receive?.()
        const next = performance.now() < until && waiting.shift()
        if (next) group.push({ job: next })
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
    const until = performance.now() + bulkBudget
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

  function attempt (outcome: Outcome) {
    savepoint.run()
    try {
      outcome.output = outcome.job.run(db)
      release.run()
    } catch (error) {
      // A full disk or a failed read ends the whole transaction; then there is no savepoint to go back to.
      if (!sqlite.inTransaction) throw error
      undo.run()
      release.run()
      outcome.error = error
    }
  }

  /** Runs `work` and commits it; what went wrong with the transaction as a whole, or null. */
  function transaction (work: () => void): { error: unknown } | null {
    try {
      begin.run()
      work()
      commit.run()
      hasCommitted = true
      options.committed?.()
      return null
    } catch (error) {
      if (sqlite.inTransaction) rollback.run()
      return { error }
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
