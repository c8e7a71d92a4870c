import { defineCommand } from './command.js'

/** Does nothing. When it resolves, the writer accepts commands and can commit a transaction. */
export const ping = defineCommand({ name: 'ping', kind: 'short', grows: false, run () {} })

/** Writes the first page to the disk with its current version. When it resolves, saving works. */
export const probe = defineCommand({
  name: 'probe',
  kind: 'short',
  grows: false,
  // Raw SQL: a pragma.
  run ({ $client: sqlite }) {
    sqlite.pragma(`user_version = ${sqlite.pragma('user_version', { simple: true })}`)
  }
})
