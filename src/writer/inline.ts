import type { Db } from '../db/connection.js'
import { type Command, commandTable } from './command.js'
import { restoreError } from './errors.js'
import { createExecutor } from './executor.js'
import type { CommandLimits } from './limits.js'
import { jobFor, servePort } from './protocol.js'
import type { Writer } from './writer.js'

/**
 * How long a writer beside another process holds the write lock, and how long it pauses. SQLite retries a lock at least
 * every 100 ms, so the other process gets the lock in each pause.
 */
const SHARED_STEP_MS = 50
const SHARED_PAUSE_MS = 120

/**
 * Returns a writer without a thread. It has the same queue and transactions, on a connection of this thread. `isShared`
 * means that another process also writes to the file.
 */
export function inlineWriter (db: Db, commands: readonly Command[], limits?: CommandLimits, isShared = false): Writer {
  const table = commandTable(commands)
  const admit = () => {}
  let commits = 0
  const executor = createExecutor(db, {
    schedule: isShared ? (turn) => { setTimeout(turn, SHARED_PAUSE_MS) } : (turn) => { setImmediate(turn) },
    ...isShared && { bulkBudgetMs: SHARED_STEP_MS },
    committed: () => { commits++ },
    limits
  })

  return {
    run: (name, input) => new Promise((resolve, reject) => {
      executor.submit(jobFor(table, admit, { id: 0, name, input }, (answer) => {
        if ('error' in answer) reject(restoreError(answer.error))
        else resolve(answer.output)
      }))
    }),
    refuseWrites: () => executor.stop(),
    giveUp: () => executor.stop(),
    commits: () => commits,
    attach: (port) => { servePort(port, table, admit, executor) },
    close: async () => {
      executor.stop()
      db.$client.close()
    }
  }
}
