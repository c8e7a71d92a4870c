import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { commands } from '../../../src/commands.js'
import { renameConversation } from '../../../src/conversations/commands.js'
import { rowJson } from '../../../src/conversations/list-row.js'
import type { Db } from '../../../src/db/connection.js'
import { openWriter } from '../../../src/db/open.js'
import { saveMessage } from '../../../src/messages/save.js'
import { bestConversations } from '../../../src/search/find/best-conversations.js'
import { searchMessages } from '../../../src/search/find/messages.js'
import { type Ranked, rankedPage } from '../../../src/search/find/ranking.js'
import { inlineWriter } from '../../../src/writer/inline.js'
import { walk } from './walk.js'

/** Frequent words first. `café` folds to `cafe`. */
const vocabulary = ['the', 'the', 'the', 'the', 'cat', 'cat', 'dog', 'lisbon', 'tram', 'cafe', 'café', 'rare']
const words = (maxLength: number) => fc.array(fc.constantFrom(...vocabulary), { maxLength }).map((list) => list.join(' '))
const conversation = fc.record({
  title: words(3),
  messages: fc.array(fc.record({ text: words(14), isCreatedByUser: fc.boolean(), time: fc.nat(4) }), { minLength: 1, maxLength: 4 })
})
const query = fc.record({
  terms: fc.uniqueArray(fc.constantFrom<string[]>('the', 'cat', 'dog', 'lisbon', 'tram', 'cafe', 'rare', 'absent'), { minLength: 1, maxLength: 5 }),
  excluded: fc.option(fc.constantFrom('dog', 'rare'), { freq: 4 }),
  match: fc.constantFrom('all' as const, 'any' as const),
  limit: fc.integer({ min: 1, max: 4 })
})

type Told = typeof conversation extends fc.Arbitrary<infer T> ? T : never
type Query = typeof query extends fc.Arbitrary<infer T> ? T : never

interface Entry { words: string[], text: string }
interface NaiveMessage extends Entry { id: string, time: number, isOwn: boolean, order: number }
interface NaiveConversation { id: string, title: Entry, updatedAt: number, order: number, messages: NaiveMessage[] }

const USER = 1
const textSearch = ({ terms, excluded }: Query) => [...terms, ...excluded === null ? [] : [`-${excluded}`]].join(' ')
const entryOf = (text: string): Entry => ({ text, words: text.replaceAll('é', 'e').split(' ').filter((word) => word !== '') })

async function store (told: Told[]) {
  const db = openWriter(':memory:')
  const writer = inlineWriter(db, commands)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const naive: NaiveConversation[] = []
  for (const [order, { title, messages }] of told.entries()) {
    const conversationId = randomUUID()
    for (const { text, isCreatedByUser, time } of messages) {
      await saveMessage(writer, { userNo: USER, conversationId, message: { messageId: randomUUID(), text, isCreatedByUser }, now: 100 + time })
    }
    await renameConversation(writer, { userNo: USER, conversationId, title, now: 200 })
    naive.push(readBack(db, conversationId, order))
  }
  return { db, writer, naive }
}

/** What is stored, without the index. */
function readBack (db: Db, id: string, order: number): NaiveConversation {
  const row = db.$client.prepare<[string], { pk: number, title: string, updatedAt: number }>(
    'SELECT pk, title, updated_at AS updatedAt FROM conversations WHERE conversation_id = ?').get(id)
  const messages = db.$client.prepare<[{ pk: number }], { id: string, time: number, text: string, isOwn: number, n: number }>(
    `SELECT message_id AS id, created_at AS time, body ->> 'text' AS text, body ->> 'isCreatedByUser' AS isOwn, pk & 262143 AS n
     FROM messages WHERE pk >> 18 = :pk`).all({ pk: row?.pk ?? 0 })
  return {
    id,
    title: entryOf(row?.title ?? ''),
    updatedAt: row?.updatedAt ?? 0,
    order,
    messages: messages.map(({ n, isOwn, ...message }) => ({ ...message, ...entryOf(message.text), isOwn: isOwn === 1, order: order * 1000 + n }))
  }
}

/** The weights of the terms, and the scorer they make, as docs/search.md describes them: over lists of words. */
function scorer (stored: NaiveConversation[], { terms }: Query, excludes: (entry: Entry) => boolean) {
  const entries = stored.flatMap(({ title, messages }) => [title, ...messages])
  const frequencies = terms.map((term) => entries.filter((entry) => entry.words.includes(term) && !excludes(entry)).length)
  const weights = frequencies.map((frequency) => frequency === 0 ? 0 : Math.max(1, Math.round(16 * Math.log2((entries.length + 1) / frequency))))
  const known = terms.filter((_, index) => (weights[index] ?? 0) > 0)
  const weightOf = (term: string) => weights[terms.indexOf(term)] ?? 0
  const sum = (entry: Entry) => excludes(entry) ? 0 : known.reduce((sum, term) => sum + (entry.words.includes(term) ? weightOf(term) : 0), 0)
  const rarest = [...known].sort((a, b) => weightOf(b) - weightOf(a)).slice(0, 4)
  const pairs = rarest.flatMap((first, index) => rarest.slice(index + 1).map((second) => [first, second] as const))
  const near = ({ words }: Entry) => pairs.reduce((sum, [first, second]) => {
    const isNear = words.some((word, at) => word === first && words.some((other, place) => other === second && Math.abs(at - place) <= 9))
    return sum + (isNear ? Math.min(weightOf(first), weightOf(second)) >> 1 : 0)
  }, 0)
  const spelled = ({ text }: Entry) => known.filter((term) => text.split(' ').includes(term)).length
  const bonus = (message: NaiveMessage, score: number) =>
    (message.isOwn ? score >> 4 : 0) + Math.floor((score >> 4) * spelled(message) / Math.max(1, known.length))
  return { known, weightOf, sum, near, bonus }
}

function naiveMessages (stored: NaiveConversation[], query: Query) {
  const excludes = ({ words }: Entry) => query.excluded !== null && words.includes(query.excluded)
  const { sum, near, bonus } = scorer(stored, query, excludes)
  return stored.flatMap(({ title, messages }) => messages.map((message) => ({ title, message })))
    .filter(({ message }) => !excludes(message) && query.terms[query.match === 'all' ? 'every' : 'some']((term) => message.words.includes(term)))
    .map(({ title, message }) => {
      const score = sum(message) + near(message) + (sum(title) >> 2)
      return { ...message, score: score + bonus(message, score) }
    })
    .sort((a, b) => b.score - a.score || b.time - a.time || b.order - a.order)
    .map(({ id }) => id)
}

function naiveConversations (stored: NaiveConversation[], query: Query) {
  const { known, weightOf, sum, near, bonus } = scorer(stored, query, () => false)
  return stored.map((conversation) => ({ ...conversation, entries: [conversation.title, ...conversation.messages] }))
    .filter(({ entries }) => query.terms[query.match === 'all' ? 'every' : 'some']((term) => entries.some(({ words }) => words.includes(term))))
    .filter(({ entries }) => !entries.some(({ words }) => query.excluded !== null && words.includes(query.excluded)))
    .map(({ id, title, updatedAt: time, order, messages, entries }) => {
      const all = known.filter((term) => entries.some(({ words }) => words.includes(term))).reduce((sum, term) => sum + weightOf(term), 0)
      const [best] = messages.filter((message) => sum(message) > 0)
        .sort((a, b) => sum(b) + near(b) - sum(a) - near(a) || b.order - a.order)
      const score = all + (sum(title) >> 1) + ((best ? sum(best) + near(best) : 0) >> 1) + Math.max(...entries.map(near))
      return { id, time, order, score: score + (best ? bonus(best, score) : 0) }
    })
    .sort((a, b) => b.score - a.score || b.time - a.time || b.order - a.order)
    .map(({ id }) => id)
}

function walkMessages (db: Db, query: Query) {
  const id = db.$client.prepare<[number, number], string>('SELECT message_id FROM messages WHERE pk = (? << 18) + ?').pluck()
  return walk((cursor) => {
    const { found, nextCursor } = searchMessages(db, USER, { search: textSearch(query), match: query.match, sort: 'relevance', pageSize: query.limit, ...(cursor !== undefined && { cursor }) })
    return { ids: found.map(({ conversationPk, n }) => id.get(conversationPk, n) ?? ''), nextCursor }
  })
}

const everything = { isArchived: null, pinned: false, tags: [], sortBy: 'updatedAt', sortDirection: 'desc' } as const

function walkConversations (db: Db, query: Query) {
  return walk((cursor) => {
    const { rows, nextCursor } = bestConversations(db, USER, { ...everything, tags: [], search: textSearch(query), match: query.match, limit: query.limit, ...(cursor !== undefined && { cursor }) })
    return { ids: rows.map((row) => JSON.parse(rowJson(row)).conversationId), nextCursor }
  })
}

t.test('messages and conversations are ranked as a scan of every row ranks them, on every page', async (t) => {
  const property = fc.asyncProperty(fc.array(conversation, { maxLength: 12 }), fc.array(query, { minLength: 12, maxLength: 12 }), async (told, queries) => {
    const { db, writer, naive } = await store(told)
    for (const query of queries) {
      t.equal(walkMessages(db, query).join('\n'), naiveMessages(naive, query).join('\n'), `messages: ${textSearch(query)}`)
      t.equal(walkConversations(db, query).join('\n'), naiveConversations(naive, query).join('\n'), `conversations: ${textSearch(query)}`)
    }
    await writer.close()
  })
  await fc.assert(property, { numRuns: 25 })
})

t.test('messages that come and go between two pages move nothing else', async (t) => {
  const { db, writer } = await store(Array.from({ length: 30 }, (_, n) => ({
    title: '', messages: [{ text: `${n % 3 === 0 ? 'lisbon tram' : 'tram'} the`, isCreatedByUser: true, time: n }]
  })))
  const page = (cursor?: string) => searchMessages(db, USER, { search: 'the tram lisbon', match: 'any', pageSize: 10, ...(cursor !== undefined && { cursor }) })
  const before = [...page().found, ...page(page().nextCursor ?? '').found, ...page(page(page().nextCursor ?? '').nextCursor ?? '').found]
  const first = page()
  for (let n = 0; n < 40; n++) {
    await saveMessage(writer, { userNo: USER, conversationId: randomUUID(), message: { messageId: randomUUID(), text: 'lisbon' }, now: 1000 + n })
  }
  const second = page(first.nextCursor ?? '')
  const third = page(second.nextCursor ?? '')
  const old = [first, second, third].flatMap(({ found }) => found).filter(({ createdAt }) => createdAt < 1000)
  t.strictSame(old.slice(0, 20), before.slice(0, 20))
  await writer.close()
})

t.test('no cursor makes a page compute the second score of every candidate', async (t) => {
  const [last, none] = [{ score: 0, time: 0, key: 0 }, { weights: [], choosing: [] }]
  let refined = 0
  const ranking = {
    scores: new Map(Array.from({ length: 5000 }, (_, key) => [key, key + 1])),
    timesOf: (keys: number[]) => keys.map((key) => ({ key, time: 0 })),
    accepts: () => true,
    refine (head: Ranked[]) {
      refined = head.length
      return head
    }
  }
  const { page, end } = rankedPage(ranking, none, { score: 9999, time: 0, key: 0, isHead: true, headEnd: last, weights: none }, 100)
  t.equal(page.length, 100)
  t.ok(end)
  t.ok(refined <= 400, `${refined} of 5000`)
})

t.test('a sentence is searched by its rare words, however common its others are', async (t) => {
  const { db, writer } = await store([
    ...Array.from({ length: 60 }, (_, n) => ({ title: '', messages: [{ text: 'what did i ask about the of and', isCreatedByUser: true, time: n }] })),
    { title: 'holidays', messages: [{ text: 'visiting lisbon in may', isCreatedByUser: true, time: 0 }] }
  ])
  const { found } = searchMessages(db, USER, { search: 'what did I ask about visiting Lisbon', match: 'any', pageSize: 1 })
  t.equal(found[0]?.conversationPk, db.$client.prepare('SELECT pk FROM conversations WHERE title = ?').pluck().get('holidays'))
  await writer.close()
})
