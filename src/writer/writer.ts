import type { MessagePort } from 'node:worker_threads'
import type { CommandRunner } from './command.js'

/** Where writes go; a command is sent by calling it with this (`command.ts`). */
export interface Writer extends CommandRunner {
  /** A number that differs after each commit: what was read while it had one value is current while it keeps that value. */
  commits (): number
  /** Refuses every write from now on, by whatever way it comes. */
  refuseWrites (): void
  /** Takes commands from another thread, sent by a `commandPort` at the other end, until the port closes. */
  attach (port: MessagePort): void
  /** Finishes the short commands that wait and closes the connection. */
  close (): Promise<void>
}

/** Commands that may wait at once; beyond that the server is overloaded and says so. */
export const MAX_WAITING_COMMANDS = 2000
