import { readdirSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { emptyReport } from '../../src/imports/report.js'
import { type Chat, chatgptExport } from '../chatgpt-export.js'
import { build } from '../helper.js'
import { multipart } from '../multipart.js'

const chats: Chat[] = [
  { id: 'one', turns: ['Hello', 'Hi there', 'How are you?', 'Fine'] },
  { id: 'two', turns: ['A question', 'An answer'] }
]

async function setUp (t: Test) {
  const { server, as } = await build(t)
  const headers = await as('ada')

  const upload = (content: string, { query = '', prefer = '', user = headers, filename = 'history.json' } = {}) => {
    const form = multipart([{ content, filename }])
    return server.inject({
      method: 'POST',
      url: `/api/convos/import${query}`,
      headers: { ...user, ...form.headers, ...(prefer && { prefer }) },
      payload: form.body
    })
  }
  const get = (url: string, more = {}) => server.inject({ url, headers: { ...headers, ...more } })
  const send = (method: 'POST' | 'DELETE', url: string, payload: object) => server.inject({ method, url, headers, payload })
  const list = async (): Promise<Array<{ conversationId: string, title: string }>> =>
    (await get('/api/convos?sortBy=title&sortDirection=asc')).json().conversations
  const texts = async (title: string): Promise<string[]> => {
    const found = (await list()).find((conversation) => conversation.title === title)
    const messages: Array<{ text: string }> = (await get(`/api/messages/${found?.conversationId}`)).json()
    return messages.map(({ text }) => text)
  }
  /** Everything stored, once what follows an import is done. */
  const dump = async () => {
    await server.housekeeping.idle()
    const { $client: sqlite } = server.database.reader
    return Object.fromEntries(['conversations', 'messages', 'partitions', 'import_origins', 'staged_updates', 'staged_messages', 'conversation_tags', 'tags']
      .map((table) => [table, sqlite.prepare(`SELECT * FROM ${table}`).all()]))
  }
  return { server, as, upload, get, send, list, texts, dump }
}

const counts = { dryRun: false, imported: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0, messages: 0, errors: [], unread: [] }

t.test('the formats that were imported are listed, each user\'s own', async (t) => {
  const { server, as, upload, get } = await setUp(t)
  t.strictSame((await get('/api/convos/sources')).json(), [])
  await upload(chatgptExport(chats))
  await upload(JSON.stringify([{ conversationId: 'mine', title: 'Mine', endpoint: 'openAI', messages: [{ messageId: 'm', parentMessageId: null, isCreatedByUser: true, sender: 'User', text: 'Hello' }] }]))
  t.strictSame((await get('/api/convos/sources')).json(), ['chatgpt', 'librechat'])
  t.strictSame((await server.inject({ url: '/api/convos/sources', headers: await as('eve') })).json(), [])
})

t.test('the same history twice', async (t) => {
  const { upload, list, texts, dump } = await setUp(t)
  const first = await upload(chatgptExport(chats))
  t.equal(first.statusCode, 201)
  const { conversations, ...report } = first.json()
  t.strictSame(report, { message: 'Conversation(s) imported successfully', format: 'chatgpt', ...counts, imported: 2, messages: 6 })
  t.strictSame((await list()).map(({ title }) => title), ['Chat one', 'Chat two'])
  t.strictSame(await texts('Chat one'), ['Hello', 'Hi there', 'How are you?', 'Fine'])

  const before = await dump()
  t.match((await upload(chatgptExport(chats))).json(), { ...counts, unchanged: 2 })
  t.strictSame(await dump(), before, 'not one row differs')
  t.match((await upload(chatgptExport(chats.toReversed()))).json(), { ...counts, unchanged: 2 }, 'in another order')
  t.strictSame(await dump(), before)
})

t.test('a conversation so long that it is staged in parts', async (t) => {
  const { upload, list, get, dump } = await setUp(t)
  const turns = Array.from({ length: 1200 }, (_, n) => `turn ${n}`)
  const long = (length: number) => chatgptExport([{ id: 'long', turns: turns.slice(0, length) }, ...chats])
  t.match((await upload(long(1100))).json(), { ...counts, imported: 3, messages: 1106 })
  const before = await dump()
  t.match((await upload(long(1100))).json(), { ...counts, unchanged: 3 })
  t.strictSame(await dump(), before, 'not one row differs')

  t.match((await upload(long(1200))).json(), { ...counts, updated: 1, unchanged: 2, messages: 100 })
  const found = (await list()).find(({ title }) => title === 'Chat long')
  const messages: Array<{ messageId: string, parentMessageId: string, text: string }> = (await get(`/api/messages/${found?.conversationId}`)).json()
  t.strictSame(messages.map(({ text }) => text), turns)
  t.strictSame(messages.slice(1).map(({ parentMessageId }) => parentMessageId), messages.slice(0, -1).map(({ messageId }) => messageId), 'is one chain')
  t.match((await get(`/api/convos/${found?.conversationId}`)).json(), { messageCount: 1200 })

  const twice = JSON.stringify([...JSON.parse(long(10)), ...JSON.parse(long(1200))])
  t.match((await upload(twice, { query: '?dryRun=true' })).json(), { unchanged: 4, skipped: 2 })
})

t.test('a newer export adds what is new and keeps what was changed here', async (t) => {
  const { upload, list, send, texts, get, dump } = await setUp(t)
  await upload(chatgptExport(chats))
  const [one] = await list()
  await send('POST', '/api/convos/update', { conversationId: one?.conversationId, title: 'Mine' })
  await send('POST', '/api/convos/archive', { conversationId: one?.conversationId, isArchived: true })
  await send('POST', '/api/convos/archive', { conversationId: one?.conversationId, isArchived: false })
  const before: Array<{ messageId: string }> = (await get(`/api/messages/${one?.conversationId}`)).json()

  const newer = [{ id: 'one', turns: ['Hello', 'Hi there', 'How are you?', 'Fine', 'Good', 'Bye'] }, ...chats.slice(1), { id: 'three', turns: ['New'] }]
  t.match((await upload(chatgptExport(newer))).json(), { ...counts, imported: 1, updated: 1, unchanged: 1, messages: 3 })
  t.strictSame(await texts('Mine'), ['Hello', 'Hi there', 'How are you?', 'Fine', 'Good', 'Bye'])
  const after: Array<{ messageId: string, parentMessageId: string }> = (await get(`/api/messages/${one?.conversationId}`)).json()
  t.strictSame(after.slice(0, 4), before, 'old messages are as they were')
  t.equal(after[4]?.parentMessageId, before[3]?.messageId, 'new ones hang below them')
  t.match((await get(`/api/convos/${one?.conversationId}`)).json(), { messageCount: 6 })
  t.match((await upload(chatgptExport(newer))).json(), { ...counts, unchanged: 3 })
  t.match(await dump(), { staged_updates: [], staged_messages: [] })
})

t.test('the report names what is new and what changed, as the list has it', async (t) => {
  const { upload, list, send } = await setUp(t)
  const first = (await upload(chatgptExport(chats))).json()
  t.strictSame(first.conversations, (await list()).map(({ conversationId, title }) => ({ conversationId, title, outcome: 'imported' })))
  const [one, two] = await list()
  await send('POST', '/api/convos/update', { conversationId: one?.conversationId, title: 'Mine' })
  const grown = chats.map(({ id, turns }) => ({ id, turns: [...turns, 'More'] }))
  t.strictSame((await upload(chatgptExport(grown), { query: '?dryRun=true' })).json().conversations, [], 'a dry run names none')
  t.strictSame((await upload(chatgptExport(grown))).json().conversations, [
    { conversationId: one?.conversationId, title: 'Mine', outcome: 'updated' },
    { conversationId: two?.conversationId, title: 'Chat two', outcome: 'updated' }
  ])
  t.strictSame((await upload(chatgptExport(grown))).json().conversations, [], 'nor does one without changes')
  const many = Array.from({ length: 210 }, (_, n) => ({ id: `many${n}`, turns: ['Hi'] }))
  t.match((await upload(chatgptExport(many))).json(), { imported: 210, conversations: { length: 200 } })
})

t.test('what was deleted here comes back only when asked for', async (t) => {
  const { upload, list, send } = await setUp(t)
  await upload(chatgptExport(chats))
  const [one] = await list()
  await send('DELETE', '/api/convos', { conversationId: one?.conversationId })
  const again = (await upload(chatgptExport(chats))).json()
  t.match(again, { unchanged: 1, skipped: 1, errors: [{ index: 0, title: 'Chat one', reason: /deleted/ }] })
  t.match((await upload(chatgptExport(chats), { query: '?restoreDeleted=true&dryRun=true' })).json(), { imported: 1, unchanged: 1 })
  t.match((await upload(chatgptExport(chats))).json(), { unchanged: 1, skipped: 1 }, 'a dry run forgets nothing')
  t.match((await upload(chatgptExport(chats), { query: '?restoreDeleted=true' })).json(), { imported: 1, unchanged: 1 })
  t.match((await upload(chatgptExport(chats))).json(), { unchanged: 2 })
  t.equal((await list()).length, 2)
})

t.test('a file whose conversations were all deleted here is refused, and says how to bring them back', async (t) => {
  const { upload, list, send } = await setUp(t)
  await upload(chatgptExport(chats))
  for (const { conversationId } of await list()) await send('DELETE', '/api/convos', { conversationId })
  const refused = await upload(chatgptExport(chats))
  t.match([refused.statusCode, refused.json().detail], [409, /first of 2 entries: You deleted this conversation here.*restoreDeleted=true/])
  t.match((await upload(chatgptExport(chats), { query: '?restoreDeleted=true' })).json(), { imported: 2 })
})

t.test('two users do not meet', async (t) => {
  const { as, upload, list } = await setUp(t)
  await upload(chatgptExport(chats))
  t.match((await upload(chatgptExport(chats), { user: await as('eve') })).json(), { imported: 2 })
  t.equal((await list()).length, 2)
})

t.test('a conversation that stands twice in one file is one', async (t) => {
  const { upload, list, texts } = await setUp(t)
  const grown = [...chats, { id: 'one', turns: ['Hello', 'Hi there', 'How are you?', 'Fine', 'More'] }, ...chats.slice(0, 1)]
  const report = (await upload(chatgptExport(grown))).json()
  t.match(report, { imported: 2, skipped: 2, failed: 0, messages: 7 })
  t.equal((await list()).length, 2)
  t.strictSame(await texts('Chat one'), ['Hello', 'Hi there', 'How are you?', 'Fine', 'More'])
})

t.test('a broken entry is reported and the others are imported', async (t) => {
  const { upload, list } = await setUp(t)
  const broken = JSON.parse(chatgptExport(chats)).toSpliced(1, 0, { id: 'x', title: 'Bad', mapping: 7 }, null)
  t.match((await upload(JSON.stringify(broken))).json(), {
    imported: 2, failed: 2, errors: [{ index: 1, reason: String }, { index: 2, reason: String }]
  })
  t.equal((await list()).length, 2)
})

t.test('a file that is wrong as a whole leaves nothing', async (t) => {
  const { upload, dump } = await setUp(t)
  const before = await dump()
  for (const [name, content] of Object.entries({
    truncated: chatgptExport(chats).slice(0, -20),
    'not JSON': 'Hello',
    empty: '',
    'followed by something': `${chatgptExport(chats)} tail`,
    'another kind of file': '{"email":"a@example.test","chatgpt_plus_user":true}',
    'entries nobody can read': '[{"foo":1},{"foo":2}]',
    'no entries': '[]',
    'conversations without messages': chatgptExport([{ id: 'empty', turns: [] }])
  })) {
    const refused = await upload(content)
    t.match([refused.statusCode, refused.json().detail.length > 15], [400, true], `${name}: ${refused.json().detail}`)
    t.strictSame(await dump(), before, name)
  }
})

t.test('a dry run tells the same, says that it was one, and stores nothing', async (t) => {
  const { upload, get, dump } = await setUp(t)
  const before = await dump()
  const dry = await upload(chatgptExport(chats), { query: '?dryRun=true' })
  t.equal(dry.statusCode, 200)
  t.match(dry.json(), { message: /dry run/, dryRun: true, imported: 2, messages: 6 })
  const { id, dryRun } = (await upload(chatgptExport(chats), { query: '?dryRun=true', prefer: 'respond-async' })).json()
  t.equal(dryRun, true)
  await get(`/api/convos/import/${id}`, { accept: 'text/event-stream' })
  t.match((await get(`/api/convos/import/${id}`)).json(), { state: 'done', dryRun: true, imported: 2 })
  t.strictSame(await dump(), before)
})

t.test('the name of the file is the title where its format has none', async (t) => {
  const { upload, list } = await setUp(t)
  const prompt = JSON.stringify({ chunkedPrompt: { chunks: [{ role: 'user', text: 'How do I bake bread?' }, { role: 'model', text: 'Mix.' }] } })
  t.match((await upload(prompt, { filename: 'Bread recipe' })).json(), { imported: 1 })
  t.match((await upload(prompt, { filename: '../Rye bread.json' })).json(), { imported: 1 })
  t.strictSame((await list()).map(({ title }) => title), ['Bread recipe', 'Rye bread'])
  t.match((await upload(prompt, { filename: 'Bread recipe' })).json(), { unchanged: 1 })
})

t.test('an import that is watched', async (t) => {
  const { server, as, upload, get } = await setUp(t)
  const accepted = await upload(chatgptExport(chats), { prefer: 'respond-async' })
  t.equal(accepted.statusCode, 202)
  t.match(accepted.json(), { state: /waiting|running/, imported: 0 })
  const location = String(accepted.headers.location)
  t.equal(location, `/api/convos/import/${accepted.json().id}`)

  t.equal((await server.inject({ url: location, headers: await as('eve') })).statusCode, 404, 'somebody else sees nothing')
  t.equal((await server.inject({ method: 'DELETE', url: location, headers: await as('eve') })).statusCode, 403)

  const events = await get(location, { accept: 'text/event-stream' })
  t.match(events.headers['content-type'], /text\/event-stream/)
  const states = [...events.body.matchAll(/^event: status\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data))
  t.match(states.at(-1), { state: 'done', imported: 2, messages: 6, format: 'chatgpt' })
  const status = (await get(location)).json()
  t.match(status, { state: 'done', imported: 2, bytesRead: status.bytesTotal })
})

t.test('an import that fails says why to who watches it', async (t) => {
  const { upload, get } = await setUp(t)
  const { id } = (await upload('[{"mapping":', { prefer: 'respond-async' })).json()
  const { body } = await get(`/api/convos/import/${id}`, { accept: 'text/event-stream' })
  t.match(body, /"state":"failed"/)
  t.match((await get(`/api/convos/import/${id}`)).json(), { state: 'failed', error: { code: 'IMPORT_TRUNCATED', message: String } })
})

t.test('an import that is cancelled leaves nothing, running or waiting', async (t) => {
  const { upload, send, get, dump } = await setUp(t)
  const before = await dump()
  const many = chatgptExport(Array.from({ length: 3000 }, (_, n) => ({ id: `c${n}`, turns: ['question '.repeat(50), 'answer '.repeat(50)] })))
  const running = (await upload(many, { prefer: 'respond-async' })).json()
  const waiting = (await upload(chatgptExport(chats), { prefer: 'respond-async' })).json()
  for (const { id } of [waiting, running]) {
    t.match((await send('DELETE', `/api/convos/import/${id}`, {})).json(), { id, state: 'cancelled' })
    t.match((await get(`/api/convos/import/${id}`)).json(), { state: 'cancelled' })
  }
  t.strictSame(await dump(), before)
  t.match((await upload(chatgptExport(chats))).json(), { imported: 2 }, 'the next import works')
})

t.test('uploads leave no file behind', async (t) => {
  const directory = t.testdir()
  const { server, as } = await build(t, { DATABASE_PATH: join(directory, 'parley.db') })
  const headers = await as('ada')
  for (const content of [chatgptExport(chats), 'not json', '']) {
    const form = multipart([{ content, filename: '../../evil.json' }])
    await server.inject({ method: 'POST', url: '/api/convos/import', headers: { ...headers, ...form.headers }, payload: form.body })
    t.strictSame(readdirSync(join(directory, 'parley.db-uploads')), [])
  }
  t.strictSame(readdirSync(join(directory, '..')).filter((name) => name.includes('evil')), [])
})

t.test('an upload is refused at once while the queue is full, whether its sender waits or not', async (t) => {
  const { server, upload } = await setUp(t)
  const initial = { bytesRead: 0, bytesTotal: 0, report: emptyReport(false) }
  let end = () => {}
  const ended = new Promise<typeof initial>((resolve) => { end = () => resolve(initial) })
  for (let n = 0; n < 11; n++) server.imports.start(1, { initial, work: () => ended, cleanUp: async () => {} })
  for (const prefer of ['respond-async', '']) {
    const refused = await upload(chatgptExport(chats), { prefer })
    t.match(refused.json(), { status: 429, code: 'TOO_MANY_REQUESTS' })
    t.ok(Number(refused.headers['retry-after']) > 0)
  }
  end()
})

t.test('an upload that arrives while the server stops is refused, and its file is removed', async (t) => {
  const directory = t.testdir()
  const { server, as } = await build(t, { DATABASE_PATH: join(directory, 'parley.db') })
  const { authorization = '' } = await as('ada')
  const address = await server.listen({ port: 0, host: '127.0.0.1' })
  const form = multipart([{ content: chatgptExport(chats) }])
  const files = () => readdirSync(join(directory, 'parley.db-uploads'))
  const half = Math.floor(form.body.length / 2)
  const sent = request(`${address}/api/convos/import`, {
    method: 'POST', headers: { authorization, ...form.headers, 'content-length': Buffer.byteLength(form.body) }
  })
  sent.write(form.body.slice(0, half))
  while (files().length === 0) await wait(5)
  await server.imports.close()
  sent.end(form.body.slice(half))
  const response = await new Promise<IncomingMessage>((resolve, reject) => { sent.on('response', resolve).on('error', reject) })
  t.equal(response.statusCode, 503)
  t.match(await json(response), { code: 'BUSY' })
  t.strictSame(files(), [])
})
