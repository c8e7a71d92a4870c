import type { Db } from '../db/connection.js'

/**
 * A write: synchronous, complete in itself, and run inside a transaction it does not open. Times and new ids are
 * part of the input. Whatever it throws undoes all it did, and nothing another command did.
 */
export type Command<Input, Output> = (db: Db, input: Input) => Output

/**
 * A long write. Each `yield` is a place where what was done so far may be committed and shorter commands may run
 * in between; so each step leaves the database sound, and the work resumable or discardable.
 */
export type BulkCommand<Input, Output> = (db: Db, input: Input) => Generator<void, Output, void>

/** Every write by its name, see `commands.ts`. */
export type CommandTable = Record<string, (db: Db, input: never) => unknown>

/** What the caller of a command gives and gets, whether it is bulk or not. */
export type InputOf<T> = T extends (db: Db, input: infer Input) => unknown ? Input : never
export type OutputOf<T> =
  T extends (db: Db, input: never) => Generator<void, infer Output, void> ? Output
    : T extends (db: Db, input: never) => infer Output ? Output : never
