import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { build } from '../helper.js'

const ID = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'

/** A server, and short ways to ask it things as one user. */
async function setUp (t: Test) {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const get = (url: string) => server.inject({ url, headers })
  const send = (method: 'POST' | 'PUT' | 'DELETE', url: string, payload: object) => server.inject({ method, url, headers, payload })
  const say = (conversationId: string, message: object) => send('POST', `/api/messages/${conversationId}`, message)
  return { server, as, headers, get, send, say }
}

t.test('a conversation from its first message to its end', async (t) => {
  const { server, get, send, say } = await setUp(t)
  await say(ID, { messageId: 'm1', text: 'Hello', isCreatedByUser: true, endpoint: 'openAI', model: 'gpt-4o' })
  const made = (await get(`/api/convos/${ID}`)).json()

  t.test('starts as a new chat with the message\'s endpoint and model', async (t) => {
    t.match(made, {
      conversationId: ID, user: 'ada', title: 'New Chat', endpoint: 'openAI', model: 'gpt-4o', tags: [], isArchived: false, pinned: false, messageCount: 1
    })
    t.match(made.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  t.test('a rename answers the whole conversation and moves updatedAt', async (t) => {
    const renamed = await send('POST', '/api/convos/update', { arg: { conversationId: ID, title: '  Lisbon\u0007 ' } })
    t.equal(renamed.statusCode, 201)
    t.match(renamed.json(), { conversationId: ID, title: 'Lisbon', messageCount: 1 })
    t.ok(renamed.json().updatedAt > made.updatedAt)
  })

  t.test('archive, pin and tags leave updatedAt', async (t) => {
    const before = (await get(`/api/convos/${ID}`)).json().updatedAt
    const archived = await send('POST', '/api/convos/archive', { conversationId: ID, isArchived: true })
    t.equal(archived.statusCode, 200)
    t.match(archived.json(), { isArchived: true, updatedAt: before })
    t.match((await send('POST', '/api/convos/pin', { arg: { conversationId: ID, pinned: true } })).json(), { pinned: true, updatedAt: before })
    await send('PUT', `/api/tags/convo/${ID}`, { tags: ['travel'] })
    t.match((await get(`/api/convos/${ID}`)).json(), { tags: ['travel'], updatedAt: before })
  })

  t.test('the archived list has it and the plain list does not', async (t) => {
    t.strictSame((await get('/api/convos')).json(), { conversations: [], nextCursor: null })
    const { conversations } = (await get('/api/convos?isArchived=true&pinned=true&tags=travel')).json()
    t.match(conversations, [{ conversationId: ID, title: 'Lisbon', isArchived: true, pinned: true, tags: ['travel'] }])
  })

  t.test('deleting it takes its messages along and frees its id', async (t) => {
    const deleted = await send('DELETE', '/api/convos', { arg: { conversationId: ID } })
    t.equal(deleted.statusCode, 201)
    t.strictSame(deleted.json(), { acknowledged: true, deletedCount: 1, messages: { acknowledged: true, deletedCount: 1 } })
    t.equal((await get(`/api/convos/${ID}`)).statusCode, 404)
    t.equal((await get(`/api/messages/${ID}`)).statusCode, 404)
    t.equal((await send('DELETE', '/api/convos', { arg: { conversationId: ID } })).statusCode, 404)
    await server.housekeeping.idle()
    t.equal(server.database.reader.$client.prepare('SELECT count(*) FROM messages').pluck().get(), 0, 'the sweep starts at once')
    t.equal((await say(ID, { messageId: 'm1', text: 'Again' })).statusCode, 201, 'the id and its message can be used again at once')
    t.match((await get(`/api/messages/${ID}`)).json(), [{ messageId: 'm1', text: 'Again' }])
  })
})

t.test('an id stands inside "arg" or at the top, never in both', async (t) => {
  const { send, say } = await setUp(t)
  await say(ID, { messageId: 'm1' })
  for (const [url, fields] of [
    ['/api/convos/update', { title: 'x' }], ['/api/convos/archive', { isArchived: true }], ['/api/convos/pin', { pinned: true }]
  ] as const) {
    t.ok((await send('POST', url, { arg: { conversationId: ID, ...fields } })).statusCode < 300, `${url} with arg`)
    t.ok((await send('POST', url, { conversationId: ID, ...fields })).statusCode < 300, `${url} without arg`)
    const both = await send('POST', url, { conversationId: ID, arg: { conversationId: ID, ...fields } })
    t.match([both.statusCode, both.json().errors[0].field], [400, 'conversationId'], `${url} with both`)
  }
})

t.test('titles are cleaned and cut without halving a character', async (t) => {
  const { send, say } = await setUp(t)
  await say(ID, { messageId: 'm1' })
  for (const [given, stored] of [
    ['  spaced  ', 'spaced'],
    ['', ''],
    ['Trip\tto\r\nLisbon\u0000', 'Trip to Lisbon'],
    ['invoice\u202efdp.exe\u2066', 'invoicefdp.exe'],
    ['half \ud83d a pair', 'half  a pair'],
    [`${'a'.repeat(1023)}😀tail`, `${'a'.repeat(1023)}😀`],
    ['x'.repeat(5000), 'x'.repeat(1024)]
  ]) {
    const renamed = await send('POST', '/api/convos/update', { conversationId: ID, title: given })
    t.equal(renamed.json().title, stored, JSON.stringify(given?.slice(0, 30)))
  }
})

t.test('nothing but /all deletes everything', async (t) => {
  const { get, send, say } = await setUp(t)
  await say(ID, { messageId: 'm1' })
  for (const arg of [{}, { endpoint: 'openAI' }, { thread_id: 'x' }, { source: 'menu' }, { source: 'button', endpoint: 'assistants' }, { conversationId: null }, { conversationId: '' }]) {
    t.equal((await send('DELETE', '/api/convos', { arg })).statusCode, 400, JSON.stringify(arg))
  }
  t.equal((await get('/api/convos')).json().conversations.length, 1)
  const all = { acknowledged: true, deletedCount: 1, messages: { acknowledged: true, deletedCount: 1 } }
  t.strictSame((await send('DELETE', '/api/convos/all', {})).json(), all)
  const none = await send('DELETE', '/api/convos/all', {})
  t.equal(none.statusCode, 201)
  t.strictSame(none.json(), { acknowledged: true, deletedCount: 0, messages: { acknowledged: true, deletedCount: 0 } })
})

t.test('archiving everything counts what it archived', async (t) => {
  const { get, send, say } = await setUp(t)
  await say(ID, { messageId: 'm1' })
  await say(ID.replace('10', '11'), { messageId: 'm2' })
  await send('POST', '/api/convos/archive', { conversationId: ID, isArchived: true })
  t.strictSame((await send('POST', '/api/convos/archive/all', {})).json(), { archivedCount: 1 })
  t.strictSame((await send('POST', '/api/convos/archive/all', {})).json(), { archivedCount: 0 })
  t.equal((await get('/api/convos?isArchived=true')).json().conversations.length, 2)
})

t.test('two users can have a conversation of the same id', async (t) => {
  const { server, as, get, say } = await setUp(t)
  const eve = await as('eve')
  await say(ID, { messageId: 'm1', text: 'Ada\'s' })
  const refused = await server.inject({ method: 'POST', url: `/api/messages/${ID}`, headers: eve, payload: { messageId: 'm1', text: 'Eve\'s' } })
  t.equal(refused.statusCode, 403, 'but nobody can make one under an id that another uses')
  t.match((await get(`/api/messages/${ID}`)).json(), [{ text: 'Ada\'s' }])
})

t.test('JSON that is not written by a response schema is what the schema would write', async (t) => {
  const { server, get, send, say } = await setUp(t)
  const odd = 'quotes " \\ / \u2028 <b> ünïcödé 😀 日本'
  await say(ID, { messageId: 'm1', endpoint: odd, model: odd, iconURL: 'https://example.test/i.png' })
  await say(ID, { messageId: 'm2', parentMessageId: 'm1', text: odd, content: [{ type: 'text', text: odd }] })
  await send('POST', '/api/convos/update', { conversationId: ID, title: odd })
  await send('PUT', `/api/tags/convo/${ID}`, { tags: ['a "quoted" tag', '日本'] })
  const settings = { temperature: 0.7, stop: ['\n'], system: odd }
  server.database.reader.$client.prepare('UPDATE conversations SET settings = ?').run(JSON.stringify(settings))
  const { conversation: copy } = (await send('POST', '/api/convos/fork', { conversationId: ID, messageId: 'm2' })).json()
  await send('POST', '/api/convos/pin', { conversationId: copy.conversationId, pinned: true })

  const rows = (await get('/api/convos')).json().conversations
  const whole = (await get(`/api/convos/${ID}`)).json()
  t.match(whole, { title: odd.replace('\u2028', ' '), ...settings, messageCount: 2 })
  t.match(copy.forkedFrom, { conversationId: ID, messageId: 'm2' })
  for (const row of rows) {
    const { messageCount, temperature, stop, system, forkedFrom, ...shown } = (await get(`/api/convos/${row.conversationId}`)).json()
    t.strictSame(row, shown)
  }

  const answers = {
    ConversationRow: rows,
    Conversation: [whole, copy, (await send('POST', '/api/convos/archive', { conversationId: ID, isArchived: true })).json()],
    Message: (await get(`/api/messages/${ID}`)).json()
  }
  for (const [name, values] of Object.entries(answers)) {
    const { required, properties } = JSON.parse(JSON.stringify(server.getSchema(name)))
    t.ok(values.length > 0, name)
    for (const value of values) {
      t.strictSame(required.filter((member: string) => !(member in value)), [], `${name} lacks nothing`)
      t.strictSame(Object.keys(value).filter((member) => !(member in properties)), [], `${name} has nothing beyond its schema`)
    }
  }
})

t.test('the archive tells when a conversation was archived, and is sorted by it', async (t) => {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => ID.slice(0, -1) + letter)
  for (const id of [a, b, c]) await server.inject({ method: 'POST', url: `/api/messages/${id}`, headers, payload: { messageId: `m-${id}`, text: 'Hi' } })
  const archive = async (conversationId: string | undefined, isArchived: boolean) =>
    (await server.inject({ method: 'POST', url: '/api/convos/archive', headers, payload: { arg: { conversationId, isArchived } } })).json()
  const list = async (query: string): Promise<Array<{ conversationId: string, archivedAt: string | null }>> =>
    (await server.inject({ url: `/api/convos?sortBy=archivedAt&${query}`, headers })).json().conversations
  t.strictSame((await list('')).map(({ archivedAt }) => archivedAt), [null, null, null], 'outside of the archive there is no time')
  t.strictSame((await list('')).map((row) => row.conversationId), [c, b, a], 'and the order is that of the last change')

  const { archivedAt } = await archive(b, true)
  t.match(archivedAt, /^\d{4}-\d\d-\d\dT/)
  await setTimeout(2)
  await archive(a, true)
  t.equal((await archive(b, true)).archivedAt, archivedAt, 'one that is archived keeps its time')
  t.strictSame((await list('isArchived=true')).map((row) => row.conversationId), [a, b])
  t.strictSame((await list('isArchived=true&sortDirection=asc')).map((row) => row.conversationId), [b, a])
  t.equal((await archive(b, false)).archivedAt, null)
  await server.inject({ method: 'POST', url: '/api/convos/archive/all', headers })
  t.strictSame((await list('isArchived=true&limit=1')).map((row) => row.conversationId), [c], 'all at once have one time, and their keys break the tie')
})
