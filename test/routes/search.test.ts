import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { chatgptExport } from '../chatgpt-export.js'
import { build } from '../helper.js'
import { multipart } from '../multipart.js'

/** A server with ways to write and search as one user. */
async function setUp (t: Test) {
  const { server, as } = await build(t)

  async function user (name: string) {
    const headers = await as(name)
    const get = async (url: string, query: Record<string, string | string[]> = {}) => {
      const res = await server.inject({ url, query, headers })
      return { status: res.statusCode, ...res.json() }
    }
    const send = async (method: 'POST' | 'PUT' | 'DELETE', url: string, payload: object) => {
      const res = await server.inject({ method, url, headers, payload })
      if (res.statusCode >= 300) throw new Error(res.body)
      return res.body === '' ? null : res.json()
    }
    /** A new conversation with this title and these messages; answers its id. */
    const told = async (title: string, ...texts: string[]) => {
      const conversationId = randomUUID()
      for (const text of texts) await send('POST', `/api/messages/${conversationId}`, { messageId: randomUUID(), text, model: 'gpt-4o', endpoint: 'openAI' })
      await send('POST', '/api/convos/update', { conversationId, title })
      return conversationId
    }
    const titles = async (search: string, more = {}) => {
      const { conversations } = await get('/api/convos', { search, ...more })
      return conversations.map(({ title }: { title: string }) => title)
    }
    const texts = async (search: string, more = {}) => {
      const { messages } = await get('/api/messages', { search, ...more })
      return messages.map(({ text }: { text: string }) => text)
    }
    return { headers, get, send, told, titles, texts }
  }

  return { server, user }
}

t.test('GET /api/search/enable is true', async (t) => {
  const { server, user } = await setUp(t)
  const { headers } = await user('ada')
  const res = await server.inject({ url: '/api/search/enable', headers })
  t.strictSame([res.statusCode, res.json()], [200, true])
})

t.test('GET /api/convos?search=', async (t) => {
  const { user } = await setUp(t)
  const { get, send, told, titles } = await user('ada')
  const eve = await user('eve')
  await eve.told('Lisbon of Eve', 'tram castle')
  const lisbon = await told('Trip to Lisbon', 'Which tram?', 'The 28 goes up to the castle')
  const porto = await told('Trip to Porto', 'Which tram?')
  const archived = await told('Old Lisbon', 'castle')
  await send('POST', '/api/convos/archive', { conversationId: archived, isArchived: true })
  await send('POST', '/api/convos/pin', { conversationId: porto, pinned: true })
  await send('PUT', `/api/tags/convo/${lisbon}`, { tags: ['travel', 'old'] })

  t.test('finds words in the title and in different messages together', async (t) => {
    t.strictSame(await titles('lisbon castle tram'), ['Trip to Lisbon'])
    t.strictSame(await titles('trip tram'), ['Trip to Porto', 'Trip to Lisbon'])
    t.strictSame(await titles('"tram castle"'), [], 'a phrase is in one text')
  })

  t.test('goes together with every filter and order', async (t) => {
    t.strictSame(await titles('lisbon', { isArchived: 'true' }), ['Old Lisbon'])
    t.strictSame(await titles('tram', { pinned: 'true' }), ['Trip to Porto'])
    t.strictSame(await titles('tram', { tags: ['travel', 'old'] }), ['Trip to Lisbon'])
    t.strictSame(await titles('tram', { tags: 'old', pinned: 'true' }), [])
    t.strictSame(await titles('tram', { sortBy: 'title', sortDirection: 'asc' }), ['Trip to Lisbon', 'Trip to Porto'])
    t.strictSame(await titles('-porto'), ['Trip to Lisbon'])
  })

  t.test('answers whole rows, a page at a time', async (t) => {
    const first = await get('/api/convos', { search: 'tram', limit: '1' })
    t.match(first.conversations, [{ conversationId: porto, user: 'ada', title: 'Trip to Porto', model: 'gpt-4o', tags: [], pinned: true }])
    const second = await get('/api/convos', { search: 'tram', limit: '1', cursor: first.nextCursor })
    t.match(second, { conversations: [{ conversationId: lisbon }], nextCursor: null })
    t.match(await get('/api/convos', { search: 'castle', cursor: first.nextCursor }), { status: 400, code: 'INVALID_CURSOR' })
    t.match(await get('/api/convos', { cursor: first.nextCursor }), { status: 400, code: 'INVALID_CURSOR' })
  })

  t.test('follows every change at once', async (t) => {
    await send('POST', '/api/convos/update', { conversationId: porto, title: 'Weekend' })
    t.strictSame([await titles('porto'), await titles('weekend')], [[], ['Weekend']])
    const { messages } = await get('/api/messages', { search: 'tram' })
    const { messageId } = messages.find((message: { conversationId: string }) => message.conversationId === porto)
    await send('PUT', `/api/messages/${porto}/${messageId}`, { text: 'Which boat?' })
    t.strictSame([await titles('tram -lisbon'), await titles('boat')], [[], ['Weekend']])
    await send('DELETE', `/api/messages/${porto}/${messageId}`, {})
    t.strictSame(await titles('boat'), [])
    await send('DELETE', '/api/convos', { conversationId: porto })
    t.strictSame(await titles('weekend'), [])
  })
})

t.test('GET /api/messages?search=', async (t) => {
  const { user } = await setUp(t)
  const { get, send, told, texts } = await user('ada')
  const eve = await user('eve')
  const first = await told('Trip to Lisbon', 'one castle', 'two')
  const second = await told('Elsewhere', 'three castle <b>', 'four castle, the castle')
  await eve.told('Lisbon', 'castle')
  await send('POST', '/api/convos/archive', { conversationId: first, isArchived: true })

  t.test('answers messages newest first, with what their readers need', async (t) => {
    const { messages, nextCursor } = await get('/api/messages', { search: 'castle', sortBy: 'createdAt', sortDirection: 'desc' })
    t.equal(nextCursor, null)
    t.match(messages, [
      { conversationId: second, text: 'four castle, the castle', title: 'Elsewhere', model: 'gpt-4o', endpoint: 'openAI', isArchived: false, isCreatedByUser: false },
      { text: 'three castle <b>', snippet: 'three <mark>castle</mark> &lt;b&gt;' },
      { conversationId: first, text: 'one castle', title: 'Trip to Lisbon', isArchived: true }
    ])
  })

  t.test('wants all words in one message, and looks at messages only', async (t) => {
    t.strictSame(await texts('one castle'), ['one castle'])
    t.strictSame(await texts('one two'), [])
    t.strictSame(await texts('lisbon'), [])
    t.strictSame(await texts('castle -four'), ['three castle <b>', 'one castle'])
    t.strictSame(await texts('-four'), ['three castle <b>', 'two', 'one castle'])
  })

  t.test('goes a page at a time', async (t) => {
    const found: string[] = []
    let cursor: string | null = null
    for (let page = 0; page < 3; page++) {
      const { messages, nextCursor } = await get('/api/messages', { search: 'castle', pageSize: '1', ...(cursor !== null && { cursor }) })
      found.push(...messages.map(({ text }: { text: string }) => text))
      cursor = nextCursor
    }
    t.strictSame([found, cursor], [['four castle, the castle', 'three castle <b>', 'one castle'], null])
  })

  for (const query of [{ pageSize: '0' }, { pageSize: '101' }, { pageSize: '1e1' }, { cursor: 'x' }, { cursor: '3.1.2.3' }]) {
    t.test(`refuses ${JSON.stringify(query)}`, async (t) => {
      const { status, errors } = await get('/api/messages', { search: 'castle', ...query })
      t.strictSame([status, errors[0].field], [400, Object.keys(query)[0]])
    })
  }

  t.test('refuses the cursor of another search, and of the other list', async (t) => {
    const { nextCursor } = await get('/api/messages', { search: 'castle', pageSize: '1' })
    const { nextCursor: ofList } = await get('/api/convos', { limit: '1', isArchived: 'true', search: 'castle' })
    t.equal(ofList, null)
    t.equal((await get('/api/messages', { search: 'tram', cursor: nextCursor })).status, 400)
    t.equal((await get('/api/convos', { search: 'castle', cursor: nextCursor })).status, 400)
    t.equal((await eve.get('/api/messages', { search: 'castle', cursor: nextCursor })).status, 400)
  })

  t.test('without a search there is nothing', async (t) => {
    t.strictSame(await get('/api/messages'), { status: 200, messages: [], nextCursor: null })
  })
})

t.test('imports, copies and deletions are searched as they are seen', async (t) => {
  const { server, user } = await setUp(t)
  const { headers, get, send, titles, texts } = await user('ada')
  const imported = async (turns: string[]) => {
    const { body, headers: type } = multipart([{ content: chatgptExport([{ id: 'c1', title: 'Imported trip', turns, updatedAt: 1_700_000_000 + turns.length * 600 }]) }])
    const res = await server.inject({ method: 'POST', url: '/api/convos/import', headers: { ...headers, ...type }, payload: body })
    t.equal(res.statusCode, 201, res.body)
  }
  await imported(['Where is the castle?', 'On the hill'])
  t.strictSame(await titles('imported castle hill'), ['Imported trip'])
  await imported(['Where is the castle?', 'On the hill', 'And the harbour?'])
  t.strictSame(await titles('imported castle harbour'), ['Imported trip'])
  t.strictSame(await texts('harbour'), ['And the harbour?'])

  const [{ conversationId }] = (await get('/api/convos')).conversations
  await send('POST', '/api/convos/duplicate', { conversationId, title: 'The copy' })
  t.strictSame((await titles('harbour')).toSorted(), ['Imported trip', 'The copy'])
  await send('DELETE', '/api/convos', { conversationId })
  t.strictSame(await titles('harbour'), ['The copy'], 'before the sweep as after it')
  await server.housekeeping.idle()
  t.strictSame([await titles('harbour'), await texts('harbour')], [['The copy'], ['And the harbour?']])
  await send('DELETE', '/api/convos/all', {})
  t.strictSame([await titles('harbour'), await texts('harbour')], [[], []])
})

t.test('bounds of a search in messages', async (t) => {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const ids = ['0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a20', '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a21']
  const long = `tram ${'long '.repeat(40_000)}`
  for (const id of ids) {
    const messages = [{ messageId: `short-${id}`, text: 'tram' }, { messageId: `long-${id}`, text: long, content: [{ type: 'text', text: long }] }]
    for (const payload of messages) await server.inject({ method: 'POST', url: `/api/messages/${id}`, headers, payload })
  }
  const search = async (query: string) => (await server.inject({ url: `/api/messages?${query}`, headers })).json()

  t.test('conversationId narrows it', async (t) => {
    const { messages, nextCursor } = await search(`search=tram&pageSize=1&conversationId=${ids[0]}`)
    t.match(messages, [{ conversationId: ids[0], messageId: `long-${ids[0]}` }])
    const next = await search(`search=tram&pageSize=1&conversationId=${ids[0]}&cursor=${nextCursor}`)
    t.match(next, { messages: [{ messageId: `short-${ids[0]}` }], nextCursor: null })
    t.match(await search(`search=tram&cursor=${nextCursor}`), { status: 400, code: 'INVALID_CURSOR' })
    t.strictSame((await search('search=tram&conversationId=unknown')).messages, [])
  })

  t.test('a long message is cut, and says so', async (t) => {
    const { messages } = await search('search=tram')
    for (const { messageId, text, content, isTruncated, snippet } of messages) {
      const isLong = messageId.startsWith('long')
      t.strictSame([isTruncated, text.length, content], isLong ? [true, 1024, undefined] : [undefined, 4, undefined])
      t.match(snippet, '<mark>tram</mark>')
    }
    t.ok(JSON.stringify(messages).length < 20_000)
  })

  t.test('its length counts after normalization', async (t) => {
    for (const text of ['\ufdfa'.repeat(20), '漢'.repeat(65)]) {
      for (const url of ['/api/messages', '/api/convos']) {
        const res = await server.inject({ url: `${url}?search=${encodeURIComponent(text)}`, headers })
        t.match(res.json(), { status: 400, code: 'INVALID', errors: [{ field: 'search' }] })
      }
    }
    t.strictSame((await search(`search=${encodeURIComponent('漢'.repeat(64))}`)).messages, [])
  })

  t.test('an empty cursor is no cursor of this list', async (t) => {
    for (const url of ['/api/messages?search=tram&cursor=', '/api/convos?cursor=']) {
      t.match((await server.inject({ url, headers })).json(), { status: 400, errors: [{ field: 'cursor' }] })
    }
  })
})

t.test('filters, and what was understood', async (t) => {
  const { user } = await setUp(t)
  const { get, told, titles, texts, send } = await user('filters')
  const castle = await told('Castle', 'a walk to the castle', 'the tram goes there')
  await told('Garden', 'a walk in the garden')

  t.test('an operator and a parameter mean the same, and unknown names stay words', async (t) => {
    t.strictSame(await titles('walk model:gpt-4 endpoint:openai'), ['Garden', 'Castle'])
    t.strictSame(await titles('walk', { model: 'gpt-4', endpoint: 'OPENAI' }), ['Garden', 'Castle'])
    t.strictSame(await titles('walk model:claude'), [])
    t.strictSame(await titles('in:title castle'), ['Castle'])
    t.strictSame(await titles('in:title tram'), [])
    t.strictSame(await texts('walk role:user'), [])
    t.strictSame(await texts('walk role:assistant'), ['a walk in the garden', 'a walk to the castle'])
    t.strictSame(await titles('colour:red'), [])
    t.strictSame(await texts(`walk conversationId:${castle}`), ['a walk to the castle'])
  })

  for (const [url, query, field] of [
    ['/api/convos', { after: 'soon' }, 'after'], ['/api/messages', { before: '2026-13' }, 'before'], ['/api/messages', { search: 'after:soon' }, 'search'],
    ['/api/convos', { after: '2026-02-30' }, 'after'], ['/api/messages', { search: 'before:2026-04-31T10:00:00Z' }, 'search'],
    ['/api/convos', { search: 'has:pictures' }, 'search'], ['/api/convos', { archived: 'maybe' }, 'archived'], ['/api/messages', { has: 'pictures' }, 'has.0']
  ] as const) {
    t.test(`${url} refuses ${JSON.stringify(query)} and names the field`, async (t) => {
      t.match(await get(url, query), { status: 400, errors: [{ field }] })
    })
  }

  t.test('a search that only excludes is not ranked, but answered', async (t) => {
    for (const more of [{}, { match: 'any' }, { sortBy: 'relevance' }, { match: 'any', has: 'code' }]) {
      t.strictSame(await titles('-tram', more), 'has' in more ? [] : ['Garden'], JSON.stringify(more))
    }
    const { conversations, nextCursor } = await get('/api/convos', { search: '-colour', sortBy: 'relevance', limit: '1' })
    t.equal(conversations[0].title, 'Garden')
    t.strictSame(await titles('-colour', { sortBy: 'relevance', limit: '1', cursor: nextCursor }), ['Castle'])
  })

  t.test('a last word is also a beginning, and typographic quotes are quotes', async (t) => {
    t.strictSame(await titles('gard'), ['Garden'])
    t.strictSame(await titles('cas'), ['Castle'])
    t.strictSame(await titles('c'), [])
    t.strictSame(await titles('cas '), [])
    t.strictSame(await titles('cas walk'), [])
    t.strictSame(await texts('“walk in”'), ['a walk in the garden'])
    t.strictSame(await texts('«walk to»'), ['a walk to the castle'])
    t.strictSame(await titles('walk model:“gpt-4” endpoint:„openai“'), ['Garden', 'Castle'])
  })

  t.test('when nothing has all words, the number of those with any is told', async (t) => {
    t.match(await get('/api/convos', { search: 'castle garden' }), { conversations: [], nextCursor: null, anyCount: 2 })
    t.match(await get('/api/messages', { search: 'castle garden' }), { messages: [], nextCursor: null, anyCount: 2 })
    t.equal((await get('/api/convos', { search: 'castle' })).anyCount, undefined)
    t.equal((await get('/api/convos', { search: 'nothing' })).anyCount, undefined)
    t.equal((await get('/api/messages', { search: 'castle garden', match: 'any' })).messages.length, 2)
  })

  t.test('include=match shows the message that was found, or the title', async (t) => {
    const { conversations } = await get('/api/convos', { search: 'tram castle', include: 'match' })
    t.equal(conversations[0].match.snippet, 'the <mark>tram</mark> goes there')
    const { messages } = await get('/api/messages', { search: 'tram' })
    t.equal(conversations[0].match.messageId, messages[0].messageId)
    await send('POST', '/api/convos/update', { conversationId: castle, title: 'Fortress' })
    t.match(await get('/api/convos', { search: 'fortress', include: 'match' }), { conversations: [{ match: { messageId: null, snippet: '<mark>Fortress</mark>' } }] })
    t.equal((await get('/api/convos', { search: 'fortress' })).conversations[0].match, undefined)
    t.equal((await get('/api/convos', { include: 'match' })).conversations[0].match, undefined)
  })
})

t.test('searches, /readyz, metrics and administrators are told how much of the index is made again', async (t) => {
  const { server, as } = await build(t, { METRICS: true })
  const headers = await as('ada')
  for (let n = 0; n < 2; n++) {
    await server.inject({ method: 'POST', url: `/api/messages/${randomUUID()}`, headers, payload: { messageId: `m${n}`, text: 'lighthouse' } })
  }
  const ask = async (url: string) => {
    const response = await server.inject({ url, headers })
    return response.headers['content-type']?.toString().startsWith('application/json') ? response.json() : response.body
  }
  const seen = async () => ({
    messages: await ask('/api/messages?search=lighthouse'),
    conversations: await ask('/api/convos?search=lighthouse'),
    ready: await ask('/readyz'),
    metrics: /^parley_search_indexed_ratio .*$/m.exec(await ask('/metrics'))?.[0],
    state: (await ask('/api/admin/state')).searchIndex
  })

  // What was stored may have started the upkeep of the index, which would make it again at once.
  await server.housekeeping.idle()
  // A database in memory has one connection, so nothing notices this change and starts the rebuild.
  server.database.reader.$client.exec('INSERT INTO search (search) VALUES (\'delete-all\'); UPDATE search_progress SET indexed_to = 0')
  t.match(await seen(), {
    messages: { messages: [], indexedShare: 0 },
    conversations: { conversations: [], indexedShare: 0 },
    ready: 'OK, and the search index is made again: 0 %',
    metrics: 'parley_search_indexed_ratio 0',
    state: { share: 0 }
  })
  server.housekeeping.schedule()
  await server.housekeeping.idle()
  const whole = await seen()
  t.match(whole, { messages: { messages: [{}, {}] }, conversations: { conversations: [{}, {}] }, ready: /^OK$/, metrics: 'parley_search_indexed_ratio 1', state: { share: 1 } })
  t.notOk('indexedShare' in whole.messages || 'indexedShare' in whole.conversations)
})
