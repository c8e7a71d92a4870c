import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { commands } from '../../../src/commands.js'
import { archiveConversation, deleteConversation, pinConversation, renameConversation } from '../../../src/conversations/commands.js'
import { rowJson } from '../../../src/conversations/list-row.js'
import type { ListQuery } from '../../../src/conversations/list-shape.js'
import { listConversations } from '../../../src/conversations/list.js'
import { sweepDeleted } from '../../../src/conversations/sweep.js'
import type { Db } from '../../../src/db/connection.js'
import { conversationKeys } from '../../../src/db/keys.js'
import { openWriter } from '../../../src/db/open.js'
import { saveMessage } from '../../../src/messages/save.js'
import { conversationFilter } from '../../../src/search/find/conversations.js'
import { searchMessages } from '../../../src/search/find/messages.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { mergeSearch } from '../../../src/search/index/commands.js'
import { setConversationTags } from '../../../src/tags/commands.js'
import { inlineWriter } from '../../../src/writer/inline.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

/** Words of which some begin alike, some are in every second text, and some never are. */
const vocabulary = ['the', 'there', 'therefore', 'theorem', 'cat', 'category', 'dog', 'lisbon', 'tram', 'rare', '重跑', '后', '京',
  'e-mail', 'email', 'mail', 'getUserName', 'user', 'Łódź', 'LODZ', 'study¹', 'study', '٢٤', '24', '1,000', '1000', 'absent']

/** The tokens of the words that are not their own one token, and the tokens of their further form. */
const spelled: Record<string, { tokens: string[], form?: string[] }> = {
  重跑: { tokens: ['重', '跑'] },
  'e-mail': { tokens: ['e', 'mail'], form: ['email'] },
  getUserName: { tokens: ['getusername'], form: ['get', 'user', 'name'] },
  Łódź: { tokens: ['lodz'] },
  'study¹': { tokens: ['study1'], form: ['study'] },
  '٢٤': { tokens: ['24'] },
  '1,000': { tokens: ['1', '000'], form: ['1000'] }
}
const USERS = 5
const OLD = 440
/** Messages that are compared where there are very many. */
const MOST = 1000

const words = fc.array(fc.constantFrom(...vocabulary.slice(0, -1)), { maxLength: 6 }).map((list) => list.join(' '))
const term = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...vocabulary) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...vocabulary), { minLength: 2, maxLength: 3 }).map((list) => `"${list.join(' ')}"`) },
  { weight: 2, arbitrary: fc.constantFrom('ther*', 'there*', 'cate*', 'the*', 'lisb*', 'zzzz*') },
  { weight: 2, arbitrary: fc.constantFrom(...vocabulary).map((word) => `-${word}`) },
  { weight: 1, arbitrary: fc.constantFrom('-ther*', '-"the cat"') }
)
const search = fc.array(term, { minLength: 1, maxLength: 4 }).map((terms) => terms.join(' '))
const conversation = fc.record({
  user: fc.nat(USERS - 1),
  title: words,
  texts: fc.array(words, { maxLength: 4 }),
  isArchived: fc.boolean(),
  pinned: fc.boolean(),
  tags: fc.subarray(['a', 'b']),
  isDeleted: fc.boolean(),
  time: fc.nat(5)
})
const query = fc.record({
  search,
  user: fc.nat(USERS - 1),
  isArchived: fc.boolean(),
  pinned: fc.boolean(),
  tags: fc.subarray(['a', 'b', 'c']),
  sortBy: fc.constantFrom('updatedAt', 'createdAt', 'title'),
  sortDirection: fc.constantFrom('asc', 'desc'),
  limit: fc.integer({ min: 1, max: 5 })
})

/** A database with an account of each number, and the way to write to it. */
async function fresh () {
  const db = openWriter(':memory:')
  const writer = inlineWriter(db, commands, SHORT_COMMAND_LIMITS)
  const users: number[] = []
  for (let user = 0; user < USERS; user++) {
    const account = await createAccount(writer, {
      id: `user ${user}`, email: `${user}@example.test`, username: '', name: '', passwordHash: null, isOpen: true, now: 1
    })
    users.push(account?.no ?? 0)
  }
  return { db, writer, users }
}

type World = Awaited<ReturnType<typeof fresh>>
type Told = typeof conversation extends fc.Arbitrary<infer T> ? T : never

async function store ({ writer, users }: World, told: Told) {
  const userNo = users[told.user] ?? 0
  const conversationId = randomUUID()
  const now = 1000 + told.time
  await saveMessage(writer, { userNo, conversationId, message: { messageId: randomUUID(), text: 'cat' }, now })
  for (const text of told.texts) await saveMessage(writer, { userNo, conversationId, message: { messageId: randomUUID(), text }, now })
  await renameConversation(writer, { userNo, conversationId, title: told.title, now })
  await setConversationTags(writer, { userNo, conversationId, tags: told.tags, now })
  if (told.isArchived) await archiveConversation(writer, { userNo, conversationId, isArchived: true, now })
  if (told.pinned) await pinConversation(writer, { userNo, conversationId, pinned: true })
  if (told.isDeleted) await deleteConversation(writer, { userNo, conversationId, now })
}

interface Stored {
  pk: number
  conversationId: string
  title: string
  titleKey: string
  tags: string
  isArchived: number
  pinned: number
  createdAt: number
  updatedAt: number
  archivedAt: number
  messages: Array<{ n: number, messageId: string, text: string, createdAt: number }>
}

/** Everything a user sees, read row by row without the index. */
function storedOf (db: Db, userNo: number): Stored[] {
  const [first, last] = conversationKeys(userNo)
  const rows = db.$client.prepare<[number, number], Stored>(
    `SELECT c.pk, conversation_id AS conversationId, title, title_key AS titleKey, tags, is_archived AS isArchived, pinned,
       c.created_at AS createdAt, updated_at AS updatedAt, coalesce(archived_at, updated_at) AS archivedAt
     FROM conversations c JOIN partitions p ON p.no = c.partition_no WHERE c.pk BETWEEN ? AND ? AND p.state = 'live'`).all(first, last)
  const messages = db.$client.prepare<[{ pk: number }], Stored['messages'][number]>(
    `SELECT pk & 262143 AS n, message_id AS messageId, body ->> 'text' AS text, created_at AS createdAt FROM messages
     WHERE pk >> 18 = :pk`)
  return rows.map((row) => ({ ...row, messages: messages.all({ pk: row.pk }) }))
}

/** What the vocabulary's searches mean, said once more and simply: over lists of words. */
function matches (search: string, texts: string[]) {
  const terms = search.match(/-?"[^"]*"|\S+/g) ?? []
  return terms.every((term, index) => {
    const isExcluded = term.startsWith('-')
    return texts.some((text) => contains(text, term.replace(/^-/, ''), index === terms.length - 1 && !isExcluded)) !== isExcluded
  })
}

const wordsOf = (text: string) => text.replaceAll('"', '').split(' ').filter((word) => word !== '')
const tokensOf = (word: string) => spelled[word]?.tokens ?? [word.toLowerCase()]

function contains (text: string, term: string, isLast: boolean) {
  const found = [wordsOf(text).flatMap(tokensOf), ...wordsOf(text).flatMap((word) => spelled[word]?.form ? [spelled[word].form] : [])]
  const isStarred = term.endsWith('*') && term.length > 4
  const wanted = wordsOf(term.replace(/\*$/, '')).flatMap(tokensOf)
  const isTyped = isLast && !term.startsWith('"') && wanted.length === 1 && [...wanted.join('')].length > 1
  // A word of several parts is searched in both forms.
  const joined = wanted.length > 1 ? spelled[term]?.form : undefined
  return found.some((tokens) => isThere(tokens, wanted, isStarred || isTyped) || (joined !== undefined && isThere(tokens, joined, false)))
}

function isThere (found: string[], wanted: string[], isPrefix: boolean) {
  return found.some((_, at) => wanted.every((word, offset) => {
    const there = found[at + offset] ?? ''
    return isPrefix && offset === wanted.length - 1 ? there.startsWith(word) : there === word
  }))
}

const compare = (a: number | string, b: number | string) => a < b ? -1 : a > b ? 1 : 0

function naiveList (stored: Stored[], query: ListQuery) {
  const key = { updatedAt: 'updatedAt', createdAt: 'createdAt', title: 'titleKey', archivedAt: 'archivedAt' } as const
  const sign = query.sortDirection === 'asc' ? 1 : -1
  return stored
    .filter((row) => row.isArchived === Number(query.isArchived) && (!query.pinned || row.pinned === 1))
    .filter((row) => query.tags.length === 0 || query.tags.some((tag) => JSON.parse(row.tags).includes(tag)))
    .filter((row) => matches(query.search ?? '', [row.title, ...row.messages.map(({ text }) => text)]))
    .sort((a, b) => sign * (compare(a[key[query.sortBy]], b[key[query.sortBy]]) || a.pk - b.pk))
    .map(({ conversationId }) => conversationId)
}

function naiveMessages (stored: Stored[], search: string) {
  return stored.flatMap(({ pk, messages }) => messages.map((message) => ({ pk, ...message })))
    .filter(({ text }) => matches(search, [text]))
    .sort((a, b) => b.createdAt - a.createdAt || b.pk - a.pk || b.n - a.n)
    .map(({ messageId }) => messageId)
}

/** Every page of a list, with no page longer than it may be. */
function walkList (db: Db, userNo: number, query: ListQuery) {
  const ids: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page = listConversations(db, userNo, { ...query, ...(cursor && { cursor }) }, conversationFilter)
    if (page.rows.length > query.limit) throw new Error('A page is too long')
    ids.push(...page.rows.map((row) => JSON.parse(rowJson(row)).conversationId))
    cursor = page.nextCursor ?? undefined
  }
  return ids
}

function walkMessages (db: Db, userNo: number, search: string, pageSize: number, most = Infinity) {
  const id = db.$client.prepare<[number, number], string>('SELECT message_id FROM messages WHERE pk = (? << 18) + ?').pluck()
  const ids: Array<string | undefined> = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page = searchMessages(db, userNo, { search, pageSize, ...(cursor && { cursor }) })
    ids.push(...page.found.map(({ conversationPk, n }) => id.get(conversationPk, n)))
    cursor = ids.length < most ? page.nextCursor ?? undefined : undefined
  }
  return ids
}

t.test('the index finds what a scan of every row finds, in the same order, on every page', async (t) => {
  const property = fc.asyncProperty(fc.array(conversation, { maxLength: 25 }), fc.array(query, { minLength: 20, maxLength: 20 }), async (told, queries) => {
    const world = await fresh()
    for (const one of told) await store(world, one)
    for (const { user, ...query } of queries) {
      const userNo = world.users[user] ?? 0
      const stored = storedOf(world.db, userNo)
      t.equal(walkList(world.db, userNo, query).join('\n'), naiveList(stored, query).join('\n'))
      t.equal(walkMessages(world.db, userNo, query.search, query.limit).join('\n'), naiveMessages(stored, query.search).join('\n'))
    }
    await sweepDeleted(world.writer)
    t.strictSame(searchFaults(world.db), [])
    await world.writer.close()
  })
  await fc.assert(property, { numRuns: 60 })
})

t.test('the plans for common words return the same results', async (t) => {
  const world = await fresh()
  const userNo = world.users[0] ?? 0
  const sample = fc.sample(fc.record({ title: words, texts: fc.array(words, { minLength: 2, maxLength: 9 }) }), { numRuns: 1200, seed: 4 })
  for (const [index, { title, texts }] of sample.entries()) {
    const conversationId = randomUUID()
    // Only the oldest tell of ancient things, so a walk from the newest gives up before it meets them.
    const isOld = index < OLD
    const now = isOld ? index : OLD + index % 700
    const text = texts.join(' ')
    const save = (text: string) => saveMessage(world.writer, { userNo, conversationId, message: { messageId: randomUUID(), text }, now })
    for (const one of [...texts, text, text, `many${index} the`, text, ...Array(isOld ? 12 : 0).fill('ancient lisbon')]) await save(one)
    await renameConversation(world.writer, { userNo, conversationId, title, now })
  }
  await mergeSearch(world.writer)
  const stored = storedOf(world.db, userNo)
  const list = { isArchived: false, pinned: false, tags: [], limit: 100 }
  for (const search of ['the', 'the cat', '"the cat"', 'the -cat', 'ther*', 'cat dog lisbon tram', '-the', '重', 'rare -"the cat"', 'absent', 'the absent', 'ancient', 'ancient tram', 'the -ancient', '"ancient lisbon"', '"lisbon tram"', 'anci*', 'ther* -cate*', 'cate* "the cat"', 'many* ', 'th', 'c', '"the cat" li', 'many12*', 'the -many1*', '"many7 the"', 'zzzz*', 'the -zzzz*', '"the cat" dog', '"cat the" -"the cat"']) {
    for (const [sortBy, sortDirection] of [['updatedAt', 'desc'], ['title', 'asc']] as const) {
      const query = { ...list, search, sortBy, sortDirection }
      t.equal(walkList(world.db, userNo, query).join('\n'), naiveList(stored, query).join('\n'), `${search}, by ${sortBy}`)
    }
    t.equal(walkMessages(world.db, userNo, search, 100, MOST).join('\n'), naiveMessages(stored, search).slice(0, MOST).join('\n'), `${search}, messages`)
  }
  await world.writer.close()
})

t.test('5,000 searches by 5 users never return another user\'s row', async (t) => {
  const world = await fresh()
  const secrets = ['zephyr', 'quartz', 'basilisk', 'monsoon', 'obsidian']
  for (const [user, secret] of secrets.entries()) {
    for (let n = 0; n < 40; n++) {
      await store(world, { user, title: `the ${secret} ${n}`, texts: [`cat ${secret} 重跑`], isArchived: n % 5 === 0, pinned: false, tags: [], isDeleted: n % 7 === 0, time: n })
    }
  }
  const anything = fc.oneof(search, fc.constantFrom(...secrets), fc.constantFrom(...secrets).map((secret) => `${secret.slice(0, 4)}*`), fc.string({ maxLength: 30 }))
  let searches = 0
  for (const { text, user, isArchived } of fc.sample(fc.record({ text: anything, user: fc.nat(USERS - 1), isArchived: fc.boolean() }), { numRuns: 5000, seed: 1 })) {
    const [userNo, secret] = [world.users[user] ?? 0, secrets[user] ?? '']
    const { rows } = listConversations(world.db, userNo, { isArchived, pinned: false, tags: [], sortBy: 'updatedAt', sortDirection: 'desc', limit: 100, search: text }, conversationFilter)
    const { found } = searchMessages(world.db, userNo, { search: text, pageSize: 100 })
    const [first, last] = conversationKeys(userNo)
    if (!rows.every((row) => row.includes(secret))) t.fail(`${text} found a foreign conversation`)
    if (!found.every(({ conversationPk: pk }) => pk >= first && pk <= last)) t.fail(`${text} found a foreign message`)
    searches++
  }
  t.equal(searches, 5000)
  await world.writer.close()
})
