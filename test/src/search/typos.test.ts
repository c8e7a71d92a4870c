import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { commands } from '../../../src/commands.js'
import { openWriter } from '../../../src/db/open.js'
import { saveMessage } from '../../../src/messages/save.js'
import { searchFunctions } from '../../../src/search/thread/searches.js'
import { correctTypos } from '../../../src/search/find/typos.js'
import { inlineWriter } from '../../../src/writer/inline.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

const db = openWriter(':memory:')
const writer = inlineWriter(db, commands, SHORT_COMMAND_LIMITS)
t.teardown(() => writer.close())
for (const name of ['ada', 'bob']) {
  await createAccount(writer, { id: name, email: `${name}@example.test`, username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
}
const save = (userNo: number, text: string, now = 1) =>
  saveMessage(writer, { userNo, conversationId: randomUUID(), message: { messageId: randomUUID(), text }, now })
for (const text of [
  'the quick brown fox', 'Lisbon by tram', 'Lisbon again', 'a lisbom is no town', 'Straßenbahn in Zürich', 'международный аэропорт', 'δρόμος', '東京タワー',
  'getUserName', 'horse house', 'version2 here', 'the 𐐨𐐩𐐪𐐫𐐬 word'
]) await save(1, text)
await save(2, 'a zephyr only of Bob')

const cases: Record<string, Array<[search: string, corrected: string | null]>> = {
  'a letter added, missing, changed, or two exchanged': [
    ['quikc', 'quick'], ['quuick', 'quick'], ['quiick fox', 'quick fox'], ['brownn', 'brown'], ['brwn fox', null], ['brwon', 'brown'], ['xbrown', 'brown'], ['bruwn', 'brown'], ['lsbon', 'lisbon']
  ],
  'any script with spaces, folded': [
    ['strasenbahn', 'strassenbahn'], ['междунородный', 'международный'], ['δρωμος', 'δρομοσ'], ['𐐨𐐩𐐫𐐪𐐬', '𐐨𐐩𐐪𐐫𐐬'], ['東京タワアアア', null]
  ],
  'each word by itself': [['quikc brwon', 'quick brown'], ['the quikc  fox', 'the quick  fox'], ['quick absent', null]],
  'the most frequent of several': [['lisbox', 'lisbon'], ['horze', 'horse'], ['hopse', 'horse']],
  'nothing that is there, also as a beginning': [['quick', null], ['lisbo', null], ['interna', null]],
  'nothing short, quoted, excluded, with a star, or with digits': [['quik', null], ['"quikc"', null], ['-quikc', null], ['quikc*', null], ['versoin2', null], ['e-mial', null]],
  'nothing with two typos': [['qiukc', null], ['lisbonnn', null]],
  'nothing of somebody else': [['zephir', null]]
}

for (const [what, table] of Object.entries(cases)) {
  t.test(`a typo is corrected: ${what}`, async (t) => {
    for (const [search, corrected] of table) t.equal(correctTypos(db, 1, search), corrected, search)
  })
}

const messages = (search: string, more: { cursor?: string, match?: 'any' } = {}) => JSON.parse(searchFunctions.messages(db, 1, { search, pageSize: 1, ...more }))
const conversations = (search: string, cursor = '') => JSON.parse(searchFunctions.conversations(db, 1, {
  userId: 'ada',
  isRanked: false,
  isMatchShown: true,
  query: { search, cursor, isArchived: null, pinned: false, tags: [], sortBy: 'updatedAt', sortDirection: 'desc', limit: 1, facets: [], match: 'all' }
}))

t.test('a search that finds nothing is run with its typo corrected, and says so', async (t) => {
  t.match(messages('quikc'), { messages: [{ snippet: 'the <mark>quick</mark> brown fox' }], correctedSearch: 'quick' })
  t.match(conversations('quikc'), { conversations: [{ match: { snippet: 'the <mark>quick</mark> brown fox' } }], correctedSearch: 'quick' })
  t.match(messages('quikc', { match: 'any' }), { messages: [{}], correctedSearch: 'quick' })
})

t.test('a search that finds something is not corrected', async (t) => {
  t.notOk('correctedSearch' in messages('lisbom'))
  t.notOk('correctedSearch' in conversations('lisbom'))
})

t.test('a corrected search that finds nothing either is not told', async (t) => {
  const page = messages('quikc absent')
  t.strictSame(page.messages, [])
  t.notOk('correctedSearch' in page)
})

t.test('the pages of a corrected search continue with the search as it was asked', async (t) => {
  for (const run of [(cursor?: string) => messages('lisbox', cursor === undefined ? {} : { cursor }), (cursor?: string) => conversations('lisbox', cursor)]) {
    const first = run()
    const second = run(first.nextCursor)
    t.equal(second.correctedSearch, 'lisbon')
    t.equal(second.nextCursor, null)
    const ids = [first, second].flatMap(({ messages = [], conversations = messages }) => conversations.map((row: { conversationId: string }) => row.conversationId))
    t.equal(new Set(ids).size, 2)
  }
  t.throws(() => messages('lisbox', { cursor: 'nonsense' }), { code: 'INVALID_CURSOR' })
  t.throws(() => messages('quick', { cursor: messages('lisbox').nextCursor }), { code: 'INVALID_CURSOR' })
})

t.test('a correction looks at a bounded part of a large vocabulary', async (t) => {
  const random = (n: number) => Array.from({ length: 9 }, (_, at) => String.fromCharCode(97 + (n * 31 + at * at * 7 + (n >> at)) % 26)).join('')
  for (let n = 0; n < 20; n++) await save(1, Array.from({ length: 1000 }, (_, word) => random(n * 1000 + word)).join(' '))
  t.equal(correctTypos(db, 1, 'quikc'), 'quick')
  t.equal(correctTypos(db, 1, Array.from({ length: 16 }, (_, n) => `${random(n)}zz`).join(' ')), null)
})
