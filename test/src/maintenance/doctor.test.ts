import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import * as commandModule from '../../../src/commands.js'
import { deleteAllConversations } from '../../../src/conversations/commands.js'
import { sweepDeleted } from '../../../src/conversations/sweep.js'
import { openWriter } from '../../../src/db/open.js'
import { Sqlite } from '../../../src/db/sqlite.js'
import { examine, repair } from '../../../src/maintenance/doctor.js'
import { importLockOf, lockFile } from '../../../src/maintenance/lock.js'
import { rebuildSearch } from '../../../src/search/index/commands.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import { change, filledFile, valueOf } from './filled-file.js'

t.test('a sound file has no faults', async (t) => {
  const path = await filledFile(t)
  const checks: string[] = []
  t.strictSame(examine(path, false, (name) => checks.push(name)), { faults: [], repaired: [] })
  t.ok(checks.includes('structure of the file') && checks.includes('search index'))
})

for (const [check, sql] of Object.entries({
  'missing parents': 'DELETE FROM messages WHERE message_id = \'Porto-1\'; UPDATE conversations SET message_count = 3 WHERE title = \'Porto\'',
  'message counts': 'UPDATE conversations SET message_count = 7',
  'list rows': 'UPDATE list_rows SET row = \'{}\'; DELETE FROM list_rows WHERE rowid = (SELECT max(rowid) FROM list_rows)',
  tags: 'UPDATE conversation_tags SET list_row = \'{}\'; DELETE FROM conversation_tags WHERE rowid = 1',
  'search index': 'UPDATE messages SET body = replace(body, \'see\', \'observe\')',
  'staged leftovers': 'INSERT INTO partitions (user_no, state, created_at) VALUES (1, \'staged\', 1)'
})) {
  t.test(`faults of ${check} are found and mended`, async (t) => {
    const path = await filledFile(t)
    change(path, sql)
    const found = examine(path, false)
    t.ok(found.faults.some((fault) => fault.check === check), JSON.stringify(found.faults))
    const mended = repair(path)
    t.ok(mended.repaired.includes(check))
    t.strictSame(mended.faults, [])

    // The index is filled by the housekeeping of the next start.
    const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
    await rebuildSearch(database.writer)
    await sweepDeleted(database.writer)
    await database.close()
    t.strictSame(examine(path, false).faults, [])
  })
}

for (const [check, sql] of Object.entries({
  'foreign keys': 'PRAGMA foreign_keys = OFF; DELETE FROM partitions',
  'orphaned messages': 'DROP TRIGGER conversations_keep_messages; DELETE FROM conversations WHERE title = \'Faro\'',
  cycles: 'UPDATE messages SET parent_message_id = \'Lisbon-3\' WHERE message_id = \'Lisbon-0\''
})) {
  t.test(`faults of ${check} are found and left alone`, async (t) => {
    const path = await filledFile(t)
    change(path, sql)
    t.ok(examine(path, false).faults.some((fault) => fault.check === check))
    const left = repair(path)
    t.ok(left.faults.some((fault) => fault.check === check))
    t.notOk(left.repaired.includes(check))
  })
}

t.test('a search index whose settings are damaged is made anew, and works as before', async (t) => {
  const path = await filledFile(t)
  const SETTINGS = 'SELECT group_concat(k || v) FROM (SELECT k, v FROM search_config ORDER BY k)'
  const settings = valueOf(path, SETTINGS)
  const sqlite = new Sqlite(path)
  sqlite.unsafeMode(true)
  sqlite.exec('DELETE FROM search_config')
  sqlite.close()
  t.ok(examine(path, false).faults.some(({ check }) => check === 'search index'))
  const { faults, repaired } = repair(path)
  t.strictSame(faults, [])
  t.ok(repaired.includes('search index'))
  const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  await rebuildSearch(database.writer)
  await deleteAllConversations(database.writer, { userNo: 1 })
  await sweepDeleted(database.writer)
  await database.close()
  t.strictSame(examine(path, false).faults, [])
  t.equal(valueOf(path, SETTINGS), settings)
})

t.test('a page that cannot be read does not keep the rest from being mended', async (t) => {
  const path = await filledFile(t)
  change(path, 'UPDATE list_rows SET row = \'{}\'; PRAGMA wal_checkpoint(TRUNCATE)')
  const root = Number(valueOf(path, 'SELECT rootpage FROM sqlite_schema WHERE name = \'import_origins\''))
  const size = Number(valueOf(path, 'PRAGMA page_size'))
  const pages = readFileSync(path)
  writeFileSync(path, pages.fill(0x55, (root - 1) * size, root * size))
  const { faults, repaired } = repair(path)
  t.ok(repaired.includes('list rows'))
  t.ok(faults.some(({ check }) => check === 'structure of the file'))
})

t.test('a half-swept conversation is no fault', async (t) => {
  const path = await filledFile(t)
  const db = openWriter(path)
  db.$client.transaction(() => {
    deleteAllConversations.run(db, { userNo: 1 })
    sweepDeleted.run(db).next()
  })()
  t.match(db.$client.prepare('SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)').raw().get(), [3, 8])
  db.$client.close()
  t.strictSame(examine(path, false).faults, [])
})

t.test('a repair refuses while an import of the command line goes on', async (t) => {
  const path = await filledFile(t)
  const lock = lockFile(importLockOf(path), 'parley import')
  t.throws(() => repair(path), { name: 'LockedError', message: /\(parley import\)/ })
  lock.release()
  t.strictSame(repair(path).faults, [])
})

t.test('a repair refuses while a server holds the file, and a look does not', async (t) => {
  const path = await filledFile(t)
  const lock = lockFile(path, 'server')
  t.teardown(() => lock.release())
  t.throws(() => repair(path), { name: 'LockedError' })
  t.strictSame(examine(path, true).faults, [])
})
