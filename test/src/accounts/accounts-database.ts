import type { Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

/** The time of the tests' commands. */
export const now = Date.parse('2026-01-02T10:00:00Z')

/** A database, an empty one in memory unless a path is given, with ways to create accounts and to count rows. */
export async function open (t: Test, path = ':memory:') {
  const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  const create = (id: string, isOpen = true) => createAccount(database.writer, {
    id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen, now
  })
  const count = (table: string) => database.reader.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  return { ...database, create, count }
}
