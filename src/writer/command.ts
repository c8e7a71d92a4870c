import type { Db } from '../db/connection.js'

/** What takes commands: the writer, or a port that leads to it. */
export interface CommandRunner {
  /** Sends a command by its name. Only the functions that `defineCommand` returns call this: they know the types. */
  run (name: string, input: unknown): Promise<unknown>
}

/**
 * A write that ends within milliseconds, whatever its input. It runs inside a transaction that it does not open, and
 * whatever it throws undoes all it did. Times and new ids are part of the input, so that a command depends on nothing else.
 */
export interface ShortDefinition<Input, Output> {
  /** Unique among all commands: the name it has on its way between threads. */
  name: string
  kind: 'short'
  /** False for what must work on a full disk: what frees space, signs in or out, or cleans up. It may use the reserve. */
  grows?: false
  run: (db: Db, input: Input) => Output
}

/**
 * A write of any length, in steps. At each `yield` the steps so far may be committed, and short commands may run before
 * the next step. So each step leaves the database sound, and the work can be resumed or discarded after a crash.
 */
export interface BulkDefinition<Input, Output> {
  name: string
  kind: 'bulk'
  /** As of a short command. */
  grows?: false
  /** Commands of one lane run one after the other; lanes take turns. */
  lane: (input: Input) => string
  run: (db: Db, input: Input) => Generator<void, Output, void>
}

/** A definition of any types, as the writer looks it up by name. */
export type Definition = ShortDefinition<never, unknown> | BulkDefinition<never, unknown>

/** A command of any types, as `src/commands.ts` lists it. */
export interface Command { readonly definition: Definition }

/** A module that lists the commands. A thread is handed its URL, because functions cannot be sent to it. */
export interface CommandModule { commands: readonly Command[], moduleUrl: string }

/** Every command by its name. */
export type CommandTable = ReadonlyMap<string, Definition>

interface Sent<Input, Output> {
  /**
   * Sends the command to the writer. Resolved, its effects are on disk; rejected, it changed nothing.
   * @throws {DomainError} what the command refuses, or BUSY when too many commands wait.
   * @throws {StorageError} when the disk or the file fails.
   */
  (writer: CommandRunner, input: Input): Promise<Output>
}

/** A short command: called with the writer it is sent; `run` does it at once, inside another command. */
export interface ShortCommand<Input, Output> extends Sent<Input, Output> {
  readonly definition: ShortDefinition<Input, Output>
  readonly run: (db: Db, input: Input) => Output
}

/** A bulk command: called with the writer it is sent; `run` returns its steps, for another bulk command. */
export interface BulkCommand<Input, Output> extends Sent<Input, Output> {
  readonly definition: BulkDefinition<Input, Output>
  readonly run: (db: Db, input: Input) => Generator<void, Output, void>
}

/** Makes a command. Define it beside its domain and list it in `src/commands.ts`, where the writer finds it. */
export function defineCommand<Output, Input = void> (definition: ShortDefinition<Input, Output>): ShortCommand<Input, Output>
export function defineCommand<Output, Input = void> (definition: BulkDefinition<Input, Output>): BulkCommand<Input, Output>
export function defineCommand<Output, Input> (definition: ShortDefinition<Input, Output> | BulkDefinition<Input, Output>) {
  // The name leads to this very definition, which types the input and the output.
  const send = (writer: CommandRunner, input: Input) => writer.run(definition.name, input) as Promise<Output>
  return Object.assign(send, { definition, run: definition.run })
}

/** @throws when two commands have one name. */
export function commandTable (commands: readonly Command[]): CommandTable {
  const table = new Map<string, Definition>()
  for (const { definition } of commands) {
    if (table.has(definition.name)) throw new Error(`Two commands are called ${definition.name}`)
    table.set(definition.name, definition)
  }
  return table
}
