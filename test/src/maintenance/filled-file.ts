import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { renameConversation } from '../../../src/conversations/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { prepareSearch, rebuildSearch } from '../../../src/search/index/commands.js'
import { setConversationTags } from '../../../src/tags/commands.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import { Sqlite } from '../../../src/db/sqlite.js'

/** The time of everything that `filledFile` stores. */
export const NOW = Date.parse('2026-01-02T10:00:00Z')

let contents: Buffer | null = null

/** A database that was closed cleanly: one account with three tagged conversations of four messages each. */
export async function filledFile (t: Test) {
  const path = join(t.testdir({ database: {} }), 'database/parley.db')
  if (contents) {
    writeFileSync(path, contents, { mode: 0o600 })
    return path
  }
  const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  const { writer } = database
  await prepareSearch(writer)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: 'ada', name: 'Ada', passwordHash: null, isOpen: true, now: NOW })
  for (const title of ['Lisbon', 'Porto', 'Faro']) {
    const conversationId = randomUUID()
    for (let n = 0; n < 4; n++) {
      const parent = n === 0 ? {} : { parentMessageId: `${title}-${n - 1}` }
      await saveMessage(writer, { userNo: 1, conversationId, message: { messageId: `${title}-${n}`, ...parent, text: `What to see in ${title}, day ${n}` }, now: NOW })
    }
    await renameConversation(writer, { userNo: 1, conversationId, title, now: NOW })
    await setConversationTags(writer, { userNo: 1, conversationId, tags: ['travel'], now: NOW })
  }
  await rebuildSearch(writer)
  await database.close()
  contents = readFileSync(path)
  return path
}

/** A folder beside the one of the database, with these files. */
export function folderBeside (path: string, files: Record<string, string> = {}) {
  const folder = join(path, '../../beside')
  mkdirSync(folder)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

/** Changes a file that nobody has open. */
export function change (path: string, sql: string) {
  const sqlite = new Sqlite(path)
  sqlite.exec(sql)
  sqlite.close()
}

/** One value of a file that nobody has open. */
export function valueOf (path: string, sql: string): unknown {
  const sqlite = new Sqlite(path, { readonly: true })
  try {
    return sqlite.prepare(sql).pluck().get()
  } finally {
    sqlite.close()
  }
}
