import type { Db } from '../db/connection.js'
import { type Command, commandTable } from './command.js'
import { restoreError } from './errors.js'
import { createExecutor } from './executor.js'
import type { CommandLimits } from './limits.js'
import { jobFor, servePort } from './protocol.js'
import type { Writer } from './writer.js'

/** The writer without its thread: the same commands, queue and transactions on a connection of this thread. */
export function inlineWriter (db: Db, commands: readonly Command[], limits?: CommandLimits): Writer {
  const table = commandTable(commands)
  let commits = 0
  const executor = createExecutor(db, { schedule: (turn) => { setImmediate(turn) }, committed: () => { commits++ }, limits })

  return {
    run: (name, input) => new Promise((resolve, reject) => {
      executor.submit(jobFor(table, { id: 0, name, input }, (answer) => {
        if ('error' in answer) reject(restoreError(answer.error))
        else resolve(answer.output)
      }))
    }),
    commits: () => commits,
    attach: (port) => { servePort(port, table, executor) },
    close: async () => {
      executor.stop()
      db.$client.close()
    }
  }
}
