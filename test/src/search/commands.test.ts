import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { commands } from '../../../src/commands.js'
import { deleteAllConversations, deleteConversation, renameConversation } from '../../../src/conversations/commands.js'
import { rowJson } from '../../../src/conversations/list-row.js'
import { listConversations } from '../../../src/conversations/list.js'
import { sweepDeleted } from '../../../src/conversations/sweep.js'
import type { Db } from '../../../src/db/connection.js'
import { conversationKey } from '../../../src/db/keys.js'
import { openWriter } from '../../../src/db/open.js'
import { createHousekeeping } from '../../../src/housekeeping.js'
import { deleteMessage, editMessage } from '../../../src/messages/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { conversationFilter } from '../../../src/search/find/conversations.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { mergeSearch, prepareSearch, rebuildSearch } from '../../../src/search/index/commands.js'
import { countSegments } from '../../../src/search/index/merge.js'
import { indexedShare } from '../../../src/search/index/progress.js'
import { setConversationTags } from '../../../src/tags/commands.js'
import { inlineWriter } from '../../../src/writer/inline.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

const ROWS = 130

async function open (t: Test, path = ':memory:') {
  const db = openWriter(path)
  const writer = inlineWriter(db, commands, SHORT_COMMAND_LIMITS)
  t.teardown(() => writer.close())
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const save = (text: string, conversationId: string = randomUUID()) =>
    saveMessage(writer, { userNo: 1, conversationId, message: { messageId: randomUUID(), text }, now: 1 })
  return { db, writer, save }
}

async function fill (save: (text: string, conversationId?: string) => Promise<unknown>) {
  const long = randomUUID()
  for (let n = 0; n < ROWS; n++) await save(`word${n} tram`, n % 2 === 0 ? long : undefined)
}

function count (db: Db, search: string) {
  return listConversations(db, 1, { isArchived: false, pinned: false, tags: [], sortBy: 'updatedAt', sortDirection: 'desc', limit: 100, search }, conversationFilter).rows.length
}

/** The index as it was before any text was put in. */
function forget (db: Db) {
  db.$client.exec('INSERT INTO search (search) VALUES (\'delete-all\'); UPDATE search_progress SET indexed_to = 0')
}

t.test('a rebuild indexes stored rows in steps', async (t) => {
  const { db, writer, save } = await open(t)
  await fill(save)
  const before = count(db, 'tram')
  forget(db)
  t.equal(count(db, 'tram'), 0)
  t.strictSame(searchFaults(db), [], 'an index that goes nowhere yet is sound')
  await rebuildSearch(writer)
  t.equal(count(db, 'tram'), before)
  t.strictSame(searchFaults(db), [])
})

t.test('the share that is indexed grows from nothing to all, over all accounts', async (t) => {
  const { db, writer, save } = await open(t)
  t.equal(indexedShare(db), null, 'nothing is missing without messages')
  await createAccount(writer, { id: 'ben', email: 'ben@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  for (let n = 0; n < 4; n++) await save('tram')
  for (let n = 0; n < 4; n++) {
    await saveMessage(writer, { userNo: 2, conversationId: randomUUID(), message: { messageId: randomUUID(), text: 'tram' }, now: 1 })
  }
  t.equal(indexedShare(db), null)
  forget(db)
  t.equal(indexedShare(db), 0)
  for (const [userNo, number, share] of [[1, 2, 0.12], [1, 4, 0.37], [2, 1, 0.5], [2, 3, 0.75]] as const) {
    db.$client.prepare('UPDATE search_progress SET indexed_to = ? << 18').run(BigInt(conversationKey(userNo, number)))
    t.equal(indexedShare(db), share, `conversation ${number} of account ${userNo}`)
  }
  forget(db)
  await rebuildSearch(writer)
  t.equal(indexedShare(db), null)
})

t.test('writes during a rebuild are indexed once', async (t) => {
  const { db, writer, save } = await open(t)
  await fill(save)
  forget(db)
  const rebuilt = rebuildSearch(writer)
  const writes: Array<Promise<unknown>> = [save('during'), fill(save)]
  const first = db.$client.prepare('SELECT conversation_id AS conversationId, message_id AS messageId FROM messages m JOIN conversations c ON c.pk = m.pk >> 18 ORDER BY m.pk')
    .get() as { conversationId: string, messageId: string }
  writes.push(editMessage(writer, { userNo: 1, ...first, edit: { text: 'edited' }, now: 2 }))
  writes.push(deleteConversation(writer, { userNo: 1, conversationId: first.conversationId, now: 2 }), sweepDeleted(writer))
  await Promise.all([rebuilt, ...writes])
  t.strictSame(searchFaults(db), [])
})

t.test('an interrupted rebuild continues where it ended', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const first = await open(t, path)
  await fill(first.save)
  forget(first.db)
  // Stopping ends a rebuild that has hardly begun; what it did is committed.
  const cut = rebuildSearch(first.writer).catch(() => 'cut')
  await first.writer.close()
  t.equal(await cut, 'cut')
  const second = await open(t, path)
  t.strictSame(searchFaults(second.db), [])
  await rebuildSearch(second.writer)
  t.strictSame(searchFaults(second.db), [])
  t.ok(count(second.db, 'word1') > 0)
})

t.test('an index of another tokenizer version is rebuilt', async (t) => {
  const { db, writer, save } = await open(t)
  await fill(save)
  await prepareSearch(writer)
  t.ok(count(db, 'tram') > 0, 'a new database is taken as it is')
  db.$client.exec('UPDATE search_progress SET rules = \'others\'')
  await prepareSearch(writer)
  t.equal(count(db, 'tram'), 0)
  const housekeeping = createHousekeeping(writer, (error) => { throw error })
  housekeeping.schedule()
  await housekeeping.idle()
  t.ok(count(db, 'tram') > 0)
  t.strictSame(searchFaults(db), [])
})

t.test('a rebuild renews the sort keys of titles, also in the index by tag', async (t) => {
  const { db, writer, save } = await open(t)
  const titles = ['Zebra', 'Łódź', '"quoted"', 'Title 10', 'Title 9']
  for (const title of titles) {
    const conversationId = randomUUID()
    await save('tram', conversationId)
    await renameConversation(writer, { userNo: 1, conversationId, title, now: 1 })
    await setConversationTags(writer, { userNo: 1, conversationId, tags: ['work'], now: 1 })
  }
  // As version 4 stored them: lower case without accents.
  for (const [title, key] of [['Łódź', 'łodz'], ['"quoted"', '"quoted"'], ['Title 10', 'title 10'], ['Title 9', 'title 9']]) {
    db.$client.prepare('UPDATE conversations SET title_key = ? WHERE title = ?').run(key, title)
  }
  db.$client.exec('UPDATE search_progress SET rules = \'4 / Unicode 15.0\'')
  const list = (tags: string[]) => listConversations(db, 1, { isArchived: false, pinned: false, tags, sortBy: 'title', sortDirection: 'asc', limit: 100 }, conversationFilter)
    .rows.map((row) => JSON.parse(rowJson(row)).title)
  t.strictSame(list([]), ['"quoted"', 'Title 10', 'Title 9', 'Zebra', 'Łódź'])
  await prepareSearch(writer)
  await rebuildSearch(writer)
  const expected = ['Łódź', '"quoted"', 'Title 9', 'Title 10', 'Zebra']
  t.strictSame(list([]), expected)
  t.strictSame(list(['work']), expected)
  t.strictSame(searchFaults(db), [])
})

t.test('the check finds missing, wrong and misplaced entries', async (t) => {
  const faults: Array<[what: string, sql: string]> = [
    ['missing', 'INSERT INTO search (search, rowid, words) SELECT \'delete\', pk << 18, \'11new 11chat\' FROM conversations'],
    ['false', 'INSERT INTO search (rowid, words) SELECT pk << 18, \'11ghost\' FROM conversations'],
    ['of nothing', 'INSERT INTO search (rowid, words) SELECT (pk + 1) << 18, \'11ghost\' FROM conversations'],
    ['stale', 'UPDATE conversations SET title = \'Changed behind its back\'']
  ]
  for (const [what, sql] of faults) {
    const { db, save } = await open(t)
    await save('tram')
    t.strictSame(searchFaults(db), [])
    db.$client.exec(sql)
    t.equal(searchFaults(db).length, 1, what)
  }
})

t.test('housekeeping leaves few segments of the index', async (t) => {
  const { db, writer, save } = await open(t)
  for (let n = 0; n < 200; n++) await save(`word${n}`)
  t.ok(countSegments(db) > 100)
  await mergeSearch(writer)
  t.ok(countSegments(db) < 20)
  t.strictSame(searchFaults(db), [])
})

t.test('the file contains no text of deleted conversations', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const { db, writer, save } = await open(t, path)
  await save('what stays')
  for (let n = 0; n < 200; n++) await save(`canary${n} secretword tram`, undefined)
  await mergeSearch(writer)
  t.ok(readFileSync(path + '-wal').includes('secretword'))
  await deleteAllConversations(writer, { userNo: 1 })
  await sweepDeleted(writer)
  await mergeSearch(writer)
  db.$client.pragma('wal_checkpoint(TRUNCATE)')
  const left = readFileSync(path)
  for (const word of ['secretword', 'canary1']) t.notOk(left.includes(word), word)
})

t.test('saving, editing and deleting a message of 1 MiB stays within its time limit', async (t) => {
  const { writer } = await open(t)
  const text = Array.from({ length: 170_000 }, (_, n) => `w${n % 20_000}`).join(' ').slice(0, 1_048_576)
  const [conversationId, messageId] = [randomUUID(), randomUUID()]
  const timed = async (work: Promise<unknown>) => {
    const start = performance.now()
    await work
    return performance.now() - start
  }
  const times = [
    await timed(saveMessage(writer, { userNo: 1, conversationId, message: { messageId, text }, now: 1 })),
    await timed(editMessage(writer, { userNo: 1, conversationId, messageId, edit: { text: `${text.slice(0, -9)} end` }, now: 2 })),
    await timed(deleteMessage(writer, { userNo: 1, conversationId, messageId, now: 3 }))
  ]
  t.comment(times.map(Math.round).join())
  t.ok(Math.max(...times) < 10_000)
})
