import type { MessagePort } from 'node:worker_threads'
import type { CommandRunner } from './command.js'

/** Runs commands. To send a command, call it with the writer (`command.ts`). */
export interface Writer extends CommandRunner {
  /** The commit counter. Cached reads are valid while it does not change. */
  commits (): number
  /** Refuses all later writes from every port. */
  refuseWrites (): void
  /** Accepts commands from the `commandPort` at the other end until the port closes. */
  attach (port: MessagePort): void
  /**
   * For a writer that no longer responds. Rejects all commands, the waiting ones too, and ends the thread. `onFailure`
   * gets `error`. `close` then waits for the thread, which may be stuck in a system call for ever.
   */
  giveUp (error: Error): void
  /** Runs the waiting short commands and closes the connection. */
  close (): Promise<void>
}

/** Commands that may wait at once. Further ones are rejected with BUSY. */
export const MAX_WAITING_COMMANDS = 2000
