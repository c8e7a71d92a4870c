import { randomUUID } from 'node:crypto'
import t from 'tap'
import { build } from '../../helper.js'
import { languageCases, syntaxCases } from './cases.js'
import { foldingCases } from './folding-cases.js'

const { server, as } = await build(t)
const headers = await as('ada')

async function store (text: string) {
  const conversationId = randomUUID()
  const payload = { messageId: randomUUID(), text }
  const res = await server.inject({ method: 'POST', url: `/api/messages/${conversationId}`, headers, payload })
  if (res.statusCode !== 201) throw new Error(res.body)
  return conversationId
}

/** Every conversation that the list finds, and every conversation of a message that is found, by the words as typed. */
async function find (search: string, options: { match?: string } = {}) {
  const lists = { convos: 'conversations', messages: 'messages' }
  return Promise.all(Object.entries(lists).map(async ([path, list]) => {
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query = { search, ...options, ...(cursor !== '' && { cursor }), [path === 'convos' ? 'limit' : 'pageSize']: '100' }
      const res: { statusCode: number, body: string } = await server.inject({ url: `/api/${path}`, query, headers })
      if (res.statusCode !== 200) throw new Error(`${res.statusCode} for ${JSON.stringify(search)}: ${res.body}`)
      const page = JSON.parse(res.body)
      cursor = page.nextCursor
      // Another spelling was searched, because nothing has the words as typed.
      if (page.correctedSearch !== undefined) continue
      found.push(...page[list].map((row: { conversationId: string }) => row.conversationId))
    }
    return found
  }))
}

const ids = new Map<string, string>()
const allCases = { ...languageCases, ...foldingCases }
for (const [text] of Object.values(allCases).flat()) ids.set(text, ids.get(text) ?? await store(text))
for (const text of syntaxCases) ids.set(text, ids.get(text) ?? await store(`before ${text.replaceAll('\0', '')} after`))

for (const [language, cases] of Object.entries(allCases)) {
  t.test(language, async (t) => {
    for (const [text, search, isFound] of cases) {
      const id = ids.get(text) ?? ''
      const [conversations, messages] = await find(search)
      const what = `${search} ${isFound ? 'finds' : 'does not find'} ${text}`
      t.equal(conversations?.includes(id), isFound, what)
      t.equal(messages?.includes(id), isFound, `${what}, among messages`)
    }
  })
}

t.test('no search text is a syntax error', async (t) => {
  for (const search of syntaxCases) {
    await t.resolves(find(search), JSON.stringify(search))
    await t.resolves(find(search, { match: 'any' }), `${JSON.stringify(search)}, ranked`)
  }
})

t.test('text that looks like syntax is searched literally', async (t) => {
  for (const search of ['C++', 'it\'s', 'node.js', '50%', 'a-b', 'user@example.com', 'AND', 'NEAR(', 'NEAR(a b, 5)', '(a', 'words:a', 'a^b', '^a', '{a b}: c', '/a/b?c=d&e#f', '%25', ':match']) {
    const [conversations, messages] = await find(search)
    t.ok(conversations?.includes(ids.get(search) ?? ''), search)
    t.ok(messages?.includes(ids.get(search) ?? ''), `${search}, among messages`)
  }
})

t.test('a search without a word in it finds nothing', async (t) => {
  for (const search of ['"', '*', '...', '(', '-', '""']) t.strictSame(await find(search), [[], []], search)
})

t.test('a blank search lists every conversation and finds no message', async (t) => {
  const res = await server.inject({ url: '/api/convos', query: { search: ' \t ' }, headers })
  t.equal(res.json().conversations.length, 25)
  const messages = await server.inject({ url: '/api/messages', query: { search: '' }, headers })
  t.strictSame(messages.json(), { messages: [], nextCursor: null })
})

t.test('a search has 200 characters, 16 terms and 64 characters without spaces between words at most', async (t) => {
  const sixteen = Array.from({ length: 16 }, (_, n) => `w${n}`).join(' ')
  for (const [search, status] of [['x'.repeat(200), 200], ['x'.repeat(201), 400], ['𠮷'.repeat(64), 200], ['𠮷'.repeat(65), 400], [sixteen, 200], [`${sixteen} w0`, 200], [`${sixteen} more`, 400]] as const) {
    for (const path of ['convos', 'messages']) {
      const res = await server.inject({ url: `/api/${path}`, query: { search }, headers })
      t.equal(res.statusCode, status, `${path}: ${search.length} characters`)
      if (status === 400) t.equal(res.json().errors[0].field, 'search')
    }
  }
})
