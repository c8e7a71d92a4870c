import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { commands } from '../../../src/commands.js'
import { deleteConversation, renameConversation } from '../../../src/conversations/commands.js'
import { rowJson } from '../../../src/conversations/list-row.js'
import type { ListQuery } from '../../../src/conversations/list-shape.js'
import { listConversations } from '../../../src/conversations/list.js'
import { sweepDeleted } from '../../../src/conversations/sweep.js'
import type { Db } from '../../../src/db/connection.js'
import { openReader, openWriter } from '../../../src/db/open.js'
import { deleteMessage, editMessage } from '../../../src/messages/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { bestConversations } from '../../../src/search/find/best-conversations.js'
import { conversationFilter } from '../../../src/search/find/conversations.js'
import { searchMessages } from '../../../src/search/find/messages.js'
import { correctTypos } from '../../../src/search/find/typos.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { emptySearch, prepareSearch, rebuildSearch } from '../../../src/search/index/commands.js'
import { isPreviousInUse } from '../../../src/search/index/previous.js'
import { foundShare, indexedShare } from '../../../src/search/index/progress.js'
import { TOKENIZER_VERSION } from '../../../src/search/index/tokenizer.js'
import { inlineWriter } from '../../../src/writer/inline.js'
import { build, signIn } from '../../helper.js'

const USER = 1
const WORDS = ['tram', 'train', 'castle', 'river', 'bridge']

/** A conversation of the test, as it should be found. */
interface Told { title: string, messages: Map<string, string> }

async function open (t: Test, path = ':memory:') {
  const db = openWriter(path)
  const writer = inlineWriter(db, commands)
  t.teardown(() => writer.close())
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const told = new Map<string, Told>()
  let now = 1
  const save = async (conversationId: string, text: string) => {
    const messageId = randomUUID()
    await saveMessage(writer, { userNo: USER, conversationId, message: { messageId, text }, now: now++ })
    const one = told.get(conversationId) ?? { title: 'New Chat', messages: new Map() }
    one.messages.set(messageId, text)
    told.set(conversationId, one)
  }
  const rename = async (conversationId: string, title: string) => {
    await renameConversation(writer, { userNo: USER, conversationId, title, now: now++ })
    Object.assign(told.get(conversationId) ?? {}, { title })
  }
  const edit = async (conversationId: string, messageId: string, text: string) => {
    await editMessage(writer, { userNo: USER, conversationId, messageId, edit: { text }, now: now++ })
    told.get(conversationId)?.messages.set(messageId, text)
  }
  const removeOne = async (conversationId: string, messageId: string) => {
    await deleteMessage(writer, { userNo: USER, conversationId, messageId, now: now++ })
    told.get(conversationId)?.messages.delete(messageId)
  }
  const remove = async (conversationId: string) => {
    await deleteConversation(writer, { userNo: USER, conversationId, now: now++ })
    told.delete(conversationId)
  }
  return { db, writer, told, save, rename, edit, removeOne, remove }
}

/** Stores conversations whose words follow from their numbers. Every third one has two messages in a chain. */
async function fill ({ save, rename }: Awaited<ReturnType<typeof open>>, count: number) {
  for (let n = 0; n < count; n++) {
    const conversationId = randomUUID()
    for (let message = 0; message <= n % 3; message++) {
      await save(conversationId, `${WORDS[(n + message) % 5]} ${WORDS[(n * 3 + message) % 5]} number${n}`)
    }
    if (n % 2 === 0) await rename(conversationId, `${WORDS[n % 5]} title${n}`)
  }
}

const EARLIER_VERSION = '4 / Unicode 15.0'

/** Makes the stored index one of an earlier version, as it is before an upgrade. */
function asEarlier (db: Db, version = EARLIER_VERSION) {
  db.$client.prepare('UPDATE search_progress SET rules = ?').run(version)
}

/** Does what the first start after an upgrade does, up to the rebuild. */
async function upgrade ({ db, writer }: Pick<Awaited<ReturnType<typeof open>>, 'db' | 'writer'>, from = EARLIER_VERSION) {
  asEarlier(db, from)
  await prepareSearch(writer)
}

/** A filled database right after an upgrade. */
async function openUpgraded (t: Test, count: number, path?: string) {
  const world = await open(t, path)
  await fill(world, count)
  await prepareSearch(world.writer)
  await upgrade(world)
  return world
}

/** Searches with the test whether a text has what they look for. Each is searched in messages and in conversations. */
const searches: Array<[search: string, isIn: (text: string) => boolean]> = [
  ['tram ', (text) => / tram /.test(text)],
  ['tra', (text) => / tra/.test(text)],
  ['cast*', (text) => / cast/.test(text)],
  ['"tram train"', (text) => / tram train /.test(text)],
  ['tram -river ', (text) => / tram /.test(text) && !/ river /.test(text)],
  ['number7 ', (text) => / number7 /.test(text)],
  ['fresh ', (text) => / fresh /.test(text)],
  ['-tram', (text) => !/ tram /.test(text)]
]
const allPages = <Page extends { nextCursor: string | null }> (read: (cursor: string) => Page, idsOf: (page: Page) => string[]) => {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = read(cursor)
    ids.push(...idsOf(page))
    cursor = page.nextCursor
  }
  return ids.sort()
}

function foundMessages (db: Db, search: string, more: { match?: 'any', sort?: 'newest' | 'relevance' } = {}) {
  const id = db.$client.prepare<[number, number], string>('SELECT message_id FROM messages WHERE pk = (? << 18) + ?').pluck()
  return allPages((cursor) => searchMessages(db, USER, { search, pageSize: 20, ...more, ...(cursor !== '' && { cursor }) }),
    ({ found }) => found.map(({ conversationPk, n }) => id.get(conversationPk, n) ?? 'missing'))
}

function foundConversations (db: Db, search: string, match: 'all' | 'any' = 'all') {
  const query: ListQuery = { isArchived: false, pinned: false, tags: [], sortBy: 'updatedAt', sortDirection: 'desc', limit: 20, search, match }
  const read = (query: ListQuery) => match === 'any' ? bestConversations(db, USER, query) : listConversations(db, USER, query, conversationFilter)
  return allPages((cursor) => read({ ...query, cursor }),
    ({ rows }) => rows.map((row) => JSON.parse(rowJson(row)).conversationId))
}

/** Compares what searches find with a scan of all texts. */
function compare (t: Test, db: Db, told: Map<string, Told>, when: string) {
  const entries = [...told].flatMap(([, { messages }]) => [...messages])
  for (const [search, isIn] of searches) {
    const messages = entries.filter(([, text]) => isIn(` ${text} `)).map(([id]) => id).sort()
    t.strictSame(foundMessages(db, search), messages, `messages with ${search} ${when}`)
    t.strictSame(foundMessages(db, search, { sort: 'relevance' }), messages, `the best messages with ${search} ${when}`)
  }
  const inAny = (isIn: (text: string) => boolean) =>
    [...told].filter(([, { title, messages }]) => [title, ...messages.values()].some((text) => isIn(` ${text} `))).map(([id]) => id).sort()
  const has = (...words: string[]) => inAny((text) => words.some((word) => text.includes(` ${word} `)))
  const both = has('tram').filter((id) => has('river').includes(id))
  t.strictSame(foundConversations(db, 'tram river '), both, `conversations with two words ${when}`)
  t.strictSame(foundConversations(db, 'tram -river '), has('tram').filter((id) => !both.includes(id)), `conversations with one of them ${when}`)
  t.strictSame(foundConversations(db, 'tra'), has('tram', 'train'), `conversations with a word being typed ${when}`)
  t.strictSame(foundConversations(db, 'number7 fresh ', 'any'), has('number7', 'fresh'), `conversations with any of two words ${when}`)
  t.strictSame(foundMessages(db, 'number7 fresh ', { match: 'any' }),
    entries.filter(([, text]) => /(?:^| )(?:number7|fresh)(?: |$)/.test(text)).map(([id]) => id).sort(), `messages with any of two words ${when}`)
}

/** Nothing is left of a previous index. */
function assertRemoved (t: Test, { $client: sqlite }: Db) {
  const count = (table: string) => sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  t.strictSame(['search_previous_terms', 'search_remains', 'search_changed'].map(count), [0, 0, 0])
  t.equal(sqlite.prepare('SELECT previous_rules FROM search_progress').pluck().get(), '')
  t.equal(sqlite.pragma('integrity_check', { simple: true }), 'ok')
}

t.test('while an index is made again, searches find what a scan finds, whatever is written meanwhile', async (t) => {
  const { db, writer, told, save, rename, edit, removeOne, remove } = await openUpgraded(t, 60)
  compare(t, db, told, 'before the first step')
  const ids = [...told.keys()]
  const messageOf = (id: string) => [...told.get(id)?.messages.keys() ?? []].at(-1) ?? ''
  // Each is done once to a conversation that the rebuild has covered, and to one that it has not.
  const writes: Array<(first: string, second: string) => Promise<unknown>> = [
    (id) => edit(id, messageOf(id), 'fresh words'),
    (id) => removeOne(id, messageOf(id)),
    (id) => remove(id),
    (id) => rename(id, 'fresh title'),
    (id) => save(id, 'tram fresh river'),
    (id, other) => save(randomUUID(), `tram train ${id.length + other.length}`),
    () => sweepDeleted(writer),
    async (id) => {
      await edit(id, messageOf(id), 'once fresh')
      await edit(id, messageOf(id), 'tram train again')
    }
  ]
  let step = 0
  for (const rebuild = rebuildSearch.run(db); !rebuild.next().done; step++) {
    const write = writes[Math.floor(step / 10)]
    if (step % 10 !== 0 || !write) continue
    const at = Math.floor(step / 10)
    await write(ids[at] ?? '', ids[at + 20] ?? '')
    await write(ids[50 - at] ?? '', ids[30 - at] ?? '')
    compare(t, db, told, `after step ${step}`)
    t.strictSame(searchFaults(db), [], `after step ${step}`)
  }
  t.ok(step > 10 * writes.length, `${step} steps`)
  compare(t, db, told, 'at the end')
  t.strictSame(searchFaults(db), [])
  assertRemoved(t, db)
})

t.test('words that only the previous index has are found until their entry is made again', async (t) => {
  const world = await open(t)
  const { db, writer } = world
  await fill(world, 20)
  await prepareSearch(writer)
  db.$client.exec('INSERT INTO search (rowid, words) SELECT max(pk), \'11ancient\' FROM messages')
  await upgrade(world)
  t.equal(foundMessages(db, 'ancient ').length, 1)
  t.equal(foundConversations(db, 'anci').length, 1, 'also by their beginning')
  t.equal(correctTypos(db, USER, 'ancxent'), 'ancient')
  t.equal(foundShare(db), null, 'nothing is missing')
  t.equal(indexedShare(db), 0, 'the progress begins')
  const rebuild = rebuildSearch.run(db)
  for (let step = 0; step < 20; step++) rebuild.next()
  t.equal(foundMessages(db, 'ancient ').length, 1)
  t.ok(Number(indexedShare(db)) > 0)
  while (!rebuild.next().done);
  t.equal(foundMessages(db, 'ancient ').length, 0)
  t.equal(indexedShare(db), null)
  assertRemoved(t, db)
})

t.test('a rebuild that was interrupted anywhere continues', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const first = await openUpgraded(t, 12, path)
  await first.writer.close()
  let isDone = false
  for (let round = 0; !isDone; round++) {
    const { db, writer } = await open(t, path)
    await prepareSearch(writer)
    compare(t, db, first.told, `in round ${round}`)
    const rebuild = rebuildSearch.run(db)
    for (let step = 0; step < 5 && !isDone; step++) isDone = rebuild.next().done === true
    t.strictSame(searchFaults(db), [], `in round ${round}`)
    t.equal(db.$client.pragma('integrity_check', { simple: true }), 'ok')
    if (isDone) assertRemoved(t, db)
    await writer.close()
  }
})

t.test('another change of version meanwhile keeps the index that is complete', async (t) => {
  const world = await openUpgraded(t, 20)
  const { db, writer, told, edit, removeOne } = world
  const rebuild = rebuildSearch.run(db)
  for (let step = 0; step < 15; step++) rebuild.next()
  const [[covered = '', { messages = new Map() } = {}] = []] = told
  const [messageId] = messages.keys()
  await removeOne(covered, messageId)
  const [last, another] = [...told].reverse()
  await edit(last?.[0] ?? '', [...last?.[1].messages.keys() ?? []][0] ?? '', 'fresh words')
  compare(t, db, told, 'before the second change')

  await upgrade(world, '5 / Unicode 0')
  t.equal(db.$client.prepare('SELECT previous_rules FROM search_progress').pluck().get(), EARLIER_VERSION)
  t.strictSame(searchFaults(db), [])
  t.strictSame(foundMessages(db, 'fresh '), [], 'what was written meanwhile is found when the rebuild comes to it')
  t.notOk(foundMessages(db, 'tram ').includes('missing'), 'and what was deleted is not')
  await edit(another?.[0] ?? '', [...another?.[1].messages.keys() ?? []][0] ?? '', 'fresh again')
  t.equal(foundMessages(db, 'fresh ').length, 1)
  await rebuildSearch(writer)
  compare(t, db, told, 'at the end')
  t.strictSame(searchFaults(db), [])
  assertRemoved(t, db)
})

t.test('an index that is emptied for its damage, or of an unknown version, answers no longer', async (t) => {
  const world = await openUpgraded(t, 20)
  const { db, writer, told, edit } = world
  const [[id = '', { messages = new Map() } = {}] = []] = told
  await edit(id, [...messages.keys()][0], 'fresh words')
  emptySearch(db)
  t.strictSame(foundMessages(db, 'tram '), [])
  t.equal(foundShare(db), 0)
  t.strictSame(searchFaults(db), [])
  await edit(id, [...messages.keys()][0], 'fresh once more')
  await rebuildSearch(writer)
  compare(t, db, told, 'after it was emptied')
  t.strictSame(searchFaults(db), [])
  assertRemoved(t, db)

  await upgrade(world, 'unknown')
  t.strictSame(foundMessages(db, 'tram '), [])
  await rebuildSearch(writer)
  compare(t, db, told, 'after an unknown version')
  assertRemoved(t, db)
  t.equal(db.$client.prepare('SELECT rules FROM search_progress').pluck().get(), TOKENIZER_VERSION)
})

t.test('a new version before the previous index was removed leaves nothing of it', async (t) => {
  const world = await openUpgraded(t, 12)
  const { db, writer, told, edit } = world
  const [[id = '', { messages = new Map() } = {}] = []] = told
  await edit(id, [...messages.keys()][0], 'fresh words')
  const rebuild = rebuildSearch.run(db)
  while (isPreviousInUse(db)) rebuild.next()
  await upgrade(world)
  compare(t, db, told, 'after the second upgrade')
  t.strictSame(searchFaults(db), [])
  await rebuildSearch(writer)
  compare(t, db, told, 'at the end')
  assertRemoved(t, db)
})

t.test('words of what was deleted meanwhile leave the file with the previous index', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const world = await open(t, path)
  const { db, writer, save, remove } = world
  await fill(world, 12)
  const deleted = randomUUID()
  await save(deleted, 'secretword tram')
  await prepareSearch(writer)
  await upgrade(world)
  await remove(deleted)
  await sweepDeleted(writer)
  t.strictSame(foundMessages(db, 'secretword '), [])
  await rebuildSearch(writer)
  db.$client.pragma('wal_checkpoint(TRUNCATE)')
  t.notOk(readFileSync(path).includes('secretword'))
})

t.test('a reader that was open before the new version reads both indexes', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const world = await open(t, path)
  const { db, writer, told } = world
  await fill(world, 12)
  await prepareSearch(writer)
  const reader = openReader(path)
  t.teardown(() => { reader.$client.close() })
  compare(t, reader, told, 'before the upgrade')
  await upgrade(world)
  compare(t, reader, told, 'before the first step')
  let step = 0
  for (const rebuild = rebuildSearch.run(db); !rebuild.next().done; step++) {
    if (step % 6 === 0) compare(t, reader, told, `after step ${step}`)
  }
  t.ok(step > 12, `${step} steps`)
  compare(t, reader, told, 'at the end')
  t.strictSame(searchFaults(reader), [])
})

t.test('a server that starts after an upgrade finds everything by both routes', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const count = 20
  const earlier = await build(t, { DATABASE_PATH: path })
  const headers = await earlier.as('ada')
  for (let n = 0; n < count; n++) {
    const payload = { messageId: randomUUID(), text: `lighthouse number${n}` }
    t.equal((await earlier.server.inject({ method: 'POST', url: `/api/messages/${randomUUID()}`, headers, payload })).statusCode, 201)
  }
  await earlier.server.housekeeping.idle()
  await earlier.server.close()
  const file = openWriter(path)
  asEarlier(file)
  file.$client.close()

  const { server } = await build(t, { DATABASE_PATH: path })
  const signedIn = await signIn(server, 'ada')
  const assertFound = async () => {
    for (const [route, list] of [['messages?pageSize=50', 'messages'], ['convos?limit=50', 'conversations']] as const) {
      const found = (await server.inject({ url: `/api/${route}&search=lighthouse`, headers: signedIn })).json()
      t.equal(found[list].length, count, list)
      t.notOk('indexedShare' in found)
    }
  }
  // The rebuild may still be at work now.
  await assertFound()
  await server.housekeeping.idle()
  await assertFound()
  t.equal((await server.inject('/readyz')).body, 'OK')
  assertRemoved(t, server.database.reader)
})

t.test('/readyz and metrics tell the progress while searches read both indexes, and searches do not', async (t) => {
  const count = 20
  const { server, as } = await build(t, { METRICS: true })
  const headers = await as('ada')
  for (let n = 0; n < count; n++) {
    const payload = { messageId: randomUUID(), text: 'lighthouse' }
    t.equal((await server.inject({ method: 'POST', url: `/api/messages/${randomUUID()}`, headers, payload })).statusCode, 201)
  }
  await server.housekeeping.idle()
  // A database in memory has one connection, so the test takes the steps of the rebuild.
  const { reader: db, writer } = server.database
  await upgrade({ db, writer })
  const assertTold = async (ready: string, ratio: string) => {
    t.equal((await server.inject('/readyz')).body, ready)
    t.match((await server.inject('/metrics')).body, `\nparley_search_indexed_ratio ${ratio}\n`)
    for (const [url, list] of [['messages?pageSize=50', 'messages'], ['convos?limit=50', 'conversations']] as const) {
      const found = (await server.inject({ url: `/api/${url}&search=lighthouse`, headers })).json()
      t.equal(found[list].length, count, list)
      t.notOk('indexedShare' in found)
    }
  }
  await assertTold('OK, and the search index is made again: 0 %', '0')
  const rebuild = rebuildSearch.run(db)
  while (Number(indexedShare(db)) < 0.5) rebuild.next()
  await assertTold('OK, and the search index is made again: 50 %', '0.5')
  while (!rebuild.next().done);
  await assertTold('OK', '1')
  assertRemoved(t, db)
})
