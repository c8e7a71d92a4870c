import type { MessagePort } from 'node:worker_threads'
import type { RunCommand } from './port-client.js'

/** Where writes go. */
export interface Writer {
  /**
   * Runs the named command. Resolved, its effects are on disk; rejected, it changed nothing.
   * @throws {DomainError} what the command refuses, or BUSY when too many commands wait.
   * @throws {StorageError} when the disk or the file fails.
   */
  run: RunCommand
  /** Another number after each transaction that was committed: what was read at a number is still so while it stays. */
  commits (): number
  /** Takes commands from another thread, sent by a `commandPort` at the other end, until the port closes. */
  attach (port: MessagePort): void
  /** Finishes the short commands that wait and closes the connection. */
  close (): Promise<void>
}

/** Commands that may wait at once; beyond that the server is overloaded and says so. */
export const QUEUE_LIMIT = 2000
