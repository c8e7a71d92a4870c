import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { commands } from '../../../src/commands.js'
import type { Db } from '../../../src/db/connection.js'
import { openWriter } from '../../../src/db/open.js'
import { beginImport, publishImport, stageConversations } from '../../../src/imports/commands.js'
import { type StagedConversation, stagedParts } from '../../../src/imports/rows.js'
import { saveMessage } from '../../../src/messages/save.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { emptySearch, mergeSearch, rebuildSearch } from '../../../src/search/index/commands.js'
import { countSegments, MAX_SEGMENTS_DURING_BULK_WORK, mergeSegments } from '../../../src/search/index/merge.js'
import { inlineWriter } from '../../../src/writer/inline.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

/** A database whose search index has this many segments, each of some pages. */
function withSegments (t: Test, count: number) {
  const db = openWriter(':memory:')
  t.teardown(() => db.$client.close())
  addSegments(db, count)
  return db
}

function addSegments (db: Db, count: number) {
  const add = db.$client.prepare('INSERT INTO search (rowid, words) VALUES (CAST(? AS INTEGER), ?)')
  for (let n = 0; n < count; n++) add.run(n, Array.from({ length: 2000 }, (_, word) => `w${word}`).join(' '))
}

async function writerWithAccount (db: Db) {
  const writer = inlineWriter(db, commands, SHORT_COMMAND_LIMITS)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  return writer
}

function steps (db: Db, enough?: number) {
  return [...mergeSegments(db, enough)].length
}

t.test('countSegments counts the segments', async (t) => {
  for (const count of [0, 1, 2, 9]) t.equal(countSegments(withSegments(t, count)), count)
})

t.test('a merge continues until nothing is worth merging', async (t) => {
  const db = withSegments(t, 40)
  t.ok(steps(db) > 1)
  t.equal(countSegments(db), 1)
  addSegments(db, 3)
  t.equal(steps(db), 1)
  t.equal(countSegments(db), 4, 'a few small ones are left for later')
})

t.test('a merge ends when at most maxSegments are left', async (t) => {
  const db = withSegments(t, 9)
  t.equal(steps(db, 9), 0)
  t.equal(countSegments(db), 9)
  t.ok(steps(db, 8) > 0)
  t.ok(countSegments(db) < 9)
})

t.test('while an import is staged, merges stop at MAX_SEGMENTS_DURING_BULK_WORK', async (t) => {
  const db = withSegments(t, MAX_SEGMENTS_DURING_BULK_WORK)
  const writer = await writerWithAccount(db)
  const partitionNo = await beginImport(writer, { userNo: 1, now: 1 })
  await mergeSearch(writer)
  t.equal(countSegments(db), MAX_SEGMENTS_DURING_BULK_WORK)
  addSegments(db, 1)
  await mergeSearch(writer)
  t.ok(countSegments(db) < MAX_SEGMENTS_DURING_BULK_WORK)
  addSegments(db, 5)
  await publishImport(writer, { userNo: 1, partitionNo, now: 2 })
  await mergeSearch(writer)
  t.ok(countSegments(db) < 5, 'and the rest afterwards')
})

t.test('an import keeps its segments below the limit', async (t) => {
  const db = withSegments(t, 0)
  const writer = await writerWithAccount(db)
  const partitionNo = await beginImport(writer, { userNo: 1, now: 1 })
  let most = 0
  for (let n = 0; n < 3 * MAX_SEGMENTS_DURING_BULK_WORK; n++) {
    await stageConversations(writer, { userNo: 1, partitionNo, restoreDeleted: false, conversations: [staged(n)] })
    most = Math.max(most, countSegments(db))
  }
  // The entries of a step become a segment with its commit, when they have been counted.
  t.ok(most > MAX_SEGMENTS_DURING_BULK_WORK / 2 && most <= MAX_SEGMENTS_DURING_BULK_WORK + 1, `${most} at most`)
  t.strictSame(searchFaults(db), [])
})

t.test('a rebuild keeps its segments below the limit', async (t) => {
  const db = withSegments(t, 0)
  const writer = await writerWithAccount(db)
  await saveMessage(writer, { userNo: 1, conversationId: randomUUID(), message: { messageId: randomUUID(), text: 'tram' }, now: 1 })
  db.$client.exec(
    `INSERT INTO messages (pk, message_id, body, created_at, updated_at)
     WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < 3000)
     SELECT pk + n, 'more ' || n, body, 1, 1 FROM messages, more`)
  emptySearch(db)
  await rebuildSearch(writer)
  t.ok(countSegments(db) <= MAX_SEGMENTS_DURING_BULK_WORK, `${countSegments(db)} of ${3000 / 50}`)
  t.strictSame(searchFaults(db), [])
})

/** A conversation of one message, as the import thread hands it over. */
function staged (index: number): StagedConversation {
  const body = { sender: 'user', isCreatedByUser: true, text: 'tram', endpoint: 'openAI', model: null, unfinished: false, error: false }
  const [part] = stagedParts(1, index, {
    source: 'test',
    sourceId: `chat ${index}`,
    fingerprint: '',
    title: `Chat ${index}`,
    endpoint: 'openAI',
    model: null,
    settings: {},
    tags: [],
    isArchived: false,
    pinned: false,
    createdAt: 1,
    updatedAt: 1,
    versionAt: null,
    contentHash: null,
    messages: [{ sourceId: 'first', parent: -1, createdAt: 1, updatedAt: 1, body }]
  })
  if (!part) throw new Error('A conversation has at least one part')
  return part
}
