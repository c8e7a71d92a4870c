import { defineCommand } from './command.js'

/** Does nothing. Its answer shows that the writer takes commands and can open and commit a transaction. */
export const ping = defineCommand({ name: 'ping', kind: 'short', run () {} })
