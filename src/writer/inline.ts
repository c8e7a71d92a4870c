import type { Db } from '../db/connection.js'
import type { OutputOf } from './command.js'
import type { Commands } from '../commands.js'
import { restoreError } from './errors.js'
import { createExecutor } from './executor.js'
import { jobFor, servePort } from './protocol.js'
import type { Writer } from './writer.js'

/** The writer without its thread: the same commands, queue and transactions on a connection of this thread. */
export function inlineWriter (db: Db): Writer {
  let commits = 0
  const executor = createExecutor(db, { schedule: (turn) => { setImmediate(turn) }, committed: () => { commits++ } })

  return {
    run: (name, input) => new Promise((resolve, reject) => {
      executor.submit(jobFor({ id: 0, name, input }, (answer) => {
        if ('error' in answer) reject(restoreError(answer.error))
        // The table that typed the input also types the output.
        else resolve(answer.output as OutputOf<Commands[typeof name]>)
      }))
    }),
    commits: () => commits,
    attach: (port) => { servePort(port, executor) },
    close: async () => {
      executor.stop()
      db.$client.close()
    }
  }
}
