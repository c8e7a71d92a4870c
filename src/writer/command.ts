import type { Db } from '../db/connection.js'

/** Accepts commands: the writer, or a port to it. */
export interface CommandRunner {
  /**
   * Sends a command by its name. Only the functions that `defineCommand` returns call this, because they know the types.
   */
  run (name: string, input: unknown): Promise<unknown>
}

/**
 * A write that ends within milliseconds for any input. It runs inside a transaction that the executor opens. An error
 * undoes all its changes. Times and new ids are part of the input, because a command may run twice.
 */
export interface ShortDefinition<Input, Output> {
  /** Unique among all commands. It identifies the command in messages between threads. */
  name: string
  kind: 'short'
  /**
   * False for commands that must work on a full disk: freeing space, signing in or out, cleaning up. They may use the
   * reserve.
   */
  grows?: false
  run: (db: Db, input: Input) => Output
}

/**
 * A write of any length, in steps. At each `yield` the earlier steps may be committed, and short commands may run. So
 * each step must leave the database consistent, and a crash between two steps must be recoverable.
 */
export interface BulkDefinition<Input, Output> {
  name: string
  kind: 'bulk'
  /** As in `ShortDefinition`. */
  grows?: false
  /** Commands of one lane run one after another. The lanes alternate. */
  lane: (input: Input) => string
  /** True if commands of one lane are of use together only. They then share transactions, which saves commits. */
  sharesTransaction?: true
  run: (db: Db, input: Input) => Generator<void, Output, void>
}

/** A definition with erased types, for lookup by name. */
export type Definition = ShortDefinition<never, unknown> | BulkDefinition<never, unknown>

/** A command with erased types, for the list in `src/commands.ts`. */
export interface Command { readonly definition: Definition }

/** A module that lists the commands. Threads get its URL, because functions cannot be cloned. */
export interface CommandModule { commands: readonly Command[], moduleUrl: string }

/** Every command by its name. */
export type CommandTable = ReadonlyMap<string, Definition>

interface Sent<Input, Output> {
  /**
   * Sends the command to the writer. When it resolves, its changes are on disk. When a short command rejects, nothing
   * was changed, unless the disk failed during the commit (`COMMIT_UNCERTAIN`).
   * @throws {DomainError} the command's own error, or BUSY when too many commands wait.
   * @throws {StorageError} when the disk or the file fails.
   */
  (writer: CommandRunner, input: Input): Promise<Output>
}

/** A short command. Calling it sends it to a writer. `run` executes it within another command. */
export interface ShortCommand<Input, Output> extends Sent<Input, Output> {
  readonly definition: ShortDefinition<Input, Output>
  readonly run: (db: Db, input: Input) => Output
}

/** A bulk command. Calling it sends it to a writer. `run` returns its steps, for use in another bulk command. */
export interface BulkCommand<Input, Output> extends Sent<Input, Output> {
  readonly definition: BulkDefinition<Input, Output>
  readonly run: (db: Db, input: Input) => Generator<void, Output, void>
}

/** Makes a command. Define it in its domain and list it in `src/commands.ts`. */
export function defineCommand<Output, Input = void> (definition: ShortDefinition<Input, Output>): ShortCommand<Input, Output>
export function defineCommand<Output, Input = void> (definition: BulkDefinition<Input, Output>): BulkCommand<Input, Output>
export function defineCommand<Output, Input> (definition: ShortDefinition<Input, Output> | BulkDefinition<Input, Output>) {
  // `name` identifies this definition, so the types of input and output hold.
  const send = (writer: CommandRunner, input: Input) => writer.run(definition.name, input) as Promise<Output>
  return Object.assign(send, { definition, run: definition.run })
}

/** Indexes commands by name. @throws when two have the same name. */
export function commandTable (commands: readonly Command[]): CommandTable {
  const table = new Map<string, Definition>()
  for (const { definition } of commands) {
    if (table.has(definition.name)) throw new Error(`Two commands are called ${definition.name}`)
    table.set(definition.name, definition)
  }
  return table
}
