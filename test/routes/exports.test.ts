import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { chatgptExport } from '../chatgpt-export.js'
import { build } from '../helper.js'
import { multipart } from '../multipart.js'

const chats = [
  { id: 'one', turns: ['Hello', 'Hi there', 'How are you?', 'Fine'] },
  { id: 'two', turns: ['A question', 'An answer'] },
  { id: 'three', turns: ['Lisbon?', 'In Portugal'] }
]

async function setUp (t: Test) {
  const path = join(t.testdir(), 'parley.db')
  const { server, as } = await build(t, { DATABASE_PATH: path })
  const headers = await as('ada')
  const get = (url: string, more = {}) => server.inject({ url, headers: { ...headers, ...more } })
  const upload = (content: string | Buffer, query = '') => {
    const form = multipart([{ content: 'CONTENT' }])
    const [before = '', after = ''] = form.body.split('CONTENT')
    const payload = Buffer.concat([before, content, after].map((piece) => Buffer.from(piece)))
    return server.inject({ method: 'POST', url: `/api/convos/import${query}`, headers: { ...headers, ...form.headers }, payload })
  }
  const start = (payload: object) => server.inject({ method: 'POST', url: '/api/exports', headers, payload })
  /** The status of an export once it is over. */
  const over = async (id: string) => {
    const events = (await get(`/api/exports/${id}`, { accept: 'text/event-stream' })).body.trim().split('\n\n')
    return JSON.parse(events.at(-1)?.split('data: ')[1] ?? '')
  }
  const made = async (payload: object) => {
    const { id } = (await start(payload)).json()
    return { id, status: await over(id), file: await get(`/api/exports/${id}/file`) }
  }
  const list = async (): Promise<Array<{ conversationId: string, title: string }>> =>
    (await get('/api/convos?sortBy=title&sortDirection=asc')).json().conversations
  const folder = `${path}-exports`
  const files = () => readdirSync(folder)
  return { server, as, headers, get, upload, start, over, made, list, folder, files }
}

t.test('a conversation as a file', async (t) => {
  const { as, server, get, upload, list, files } = await setUp(t)
  await upload(chatgptExport(chats))
  const [one] = await list()
  const res = await get(`/api/convos/${one?.conversationId}/export?format=librechat`)
  t.equal(res.statusCode, 200)
  t.equal(res.headers['content-disposition'], 'attachment; filename="Chat one.json"')
  t.match(res.headers['content-type'], 'application/json')
  t.match(res.json(), { conversationId: one?.conversationId, title: 'Chat one', recursive: true, messages: [{ text: 'Hello', children: [{ text: 'Hi there' }] }] })
  t.strictSame(files(), [], 'leaves no file')

  t.equal((await get(`/api/convos/${one?.conversationId}/export?format=nonsense`)).statusCode, 400)
  t.equal((await get('/api/convos/unknown/export?format=librechat')).statusCode, 404)
  const stranger = await as('eve')
  t.equal((await server.inject({ url: `/api/convos/${one?.conversationId}/export?format=librechat`, headers: stranger })).statusCode, 404)
})

t.test('HEAD says what a conversation as a file would be, and writes none', async (t) => {
  const { server, headers, get, upload, list, folder } = await setUp(t)
  await upload(chatgptExport(chats))
  const [one] = await list()
  const url = (format: string) => `/api/convos/${one?.conversationId}/export?format=${format}`
  const formats = ['parley', 'librechat', 'openwebui', 'markdown', 'html', 'jsonl']
  const responses = new Map<string, Awaited<ReturnType<typeof get>>>()
  for (const format of formats) responses.set(format, await get(url(format)))
  rmSync(folder, { recursive: true })
  for (const format of formats) {
    const head = await server.inject({ method: 'HEAD', url: url(format), headers })
    t.equal(head.statusCode, 200, format)
    for (const name of ['content-type', 'content-disposition']) t.equal(head.headers[name], responses.get(format)?.headers[name], `${format}: ${name}`)
    t.notOk('content-length' in head.headers)
  }
  t.equal((await server.inject({ method: 'HEAD', url: '/api/convos/unknown/export?format=librechat', headers })).statusCode, 404)
})

t.test('the file of an export that was removed meanwhile is a 404', async (t) => {
  const { get, upload, made, folder, files } = await setUp(t)
  await upload(chatgptExport(chats))
  const { id, file } = await made({ format: 'parley' })
  t.equal(file.statusCode, 200)
  for (const name of files()) rmSync(join(folder, name))
  t.match((await get(`/api/exports/${id}/file`)).json(), { status: 404, code: 'NOT_FOUND' })
})

t.test('a title in any script names the file (RFC 6266)', async (t) => {
  const { get, upload, list, server, headers } = await setUp(t)
  await upload(chatgptExport(chats.slice(0, 1)))
  const [one] = await list()
  const title = '旅行: "Lissabon"?'
  await server.inject({ method: 'POST', url: '/api/convos/update', headers, payload: { conversationId: one?.conversationId, title } })
  const res = await get(`/api/convos/${one?.conversationId}/export?format=librechat`)
  t.match(String(res.headers['content-disposition']), `filename*=UTF-8''${encodeURIComponent('旅行 Lissabon.json')}`)
})

t.test('an export of everything is a job with a file', async (t) => {
  const { upload, start, over, get, files, server, as } = await setUp(t)
  await upload(chatgptExport(chats))
  const started = await start({ format: 'librechat' })
  t.equal(started.statusCode, 202)
  const { id } = started.json()
  t.equal(started.headers.location, `/api/exports/${id}`)
  const status = await over(id)
  t.match(status, { state: 'done', format: 'librechat', conversations: 3, conversationsTotal: 3, fileName: /^parley-librechat-\d{4}-\d\d-\d\d\.zip$/ })
  const file = await get(`/api/exports/${id}/file`)
  t.equal(file.headers['content-type'], 'application/zip')
  t.equal(file.rawPayload.length, status.bytes)
  t.match((await get('/api/exports')).json(), { exports: [{ id }] })
  t.match((await upload(file.rawPayload, '?dryRun=true')).json(), { unchanged: 3, failed: 0 }, 'and can be imported')

  const again = await start({ format: 'librechat' })
  t.strictSame((await over(again.json().id)).state, 'done')
  t.equal((await get(`/api/exports/${id}`)).statusCode, 404, 'the one before is gone')
  t.strictSame((await get(`/api/exports/${again.json().id}/file`)).rawPayload, file.rawPayload, 'equal conversations make equal bytes')
  t.equal(files().length, 1)

  const stranger = await as('eve')
  t.equal((await server.inject({ url: `/api/exports/${again.json().id}/file`, headers: stranger })).statusCode, 404)
})

t.test('deleting an export removes its file', async (t) => {
  const { upload, made, get, files, server, headers } = await setUp(t)
  await upload(chatgptExport(chats))
  const { id } = await made({ format: 'librechat' })
  t.equal(files().length, 1)
  t.equal((await server.inject({ method: 'DELETE', url: `/api/exports/${id}`, headers })).statusCode, 200)
  t.equal((await get(`/api/exports/${id}`)).statusCode, 404)
  t.strictSame(files(), [])
})

t.test('an export under way refuses another one, and can be stopped', async (t) => {
  const { upload, start, get, files, server, headers } = await setUp(t)
  await upload(chatgptExport(chats))
  const [first, second] = await Promise.all([start({ format: 'librechat' }), start({ format: 'librechat' })])
  t.strictSame([first.statusCode, second.statusCode].sort(), [202, 409])
  const { id } = [first, second].find(({ statusCode }) => statusCode === 202)?.json()
  t.equal((await get(`/api/exports/${id}/file`)).statusCode, 409)
  const { state } = (await server.inject({ method: 'DELETE', url: `/api/exports/${id}`, headers })).json()
  t.ok(['cancelled', 'done'].includes(state))
  t.strictSame(files(), [])
  t.equal((await start({ format: 'librechat' })).statusCode, 202)
})

t.test('a filter selects what the list would show', async (t) => {
  const { upload, made, list, server, headers, start } = await setUp(t)
  await upload(chatgptExport(chats))
  const [one, three, two] = await list()
  const send = (method: 'POST' | 'PUT', url: string, payload: object) => server.inject({ method, url, headers, payload })
  await send('PUT', `/api/tags/convo/${one?.conversationId}`, { tags: ['travel'] })
  await send('POST', '/api/convos/archive', { conversationId: two?.conversationId, isArchived: true })
  await send('POST', '/api/convos/pin', { conversationId: three?.conversationId, pinned: true })
  const total = async (more: object) => (await made({ format: 'librechat', ...more })).status.conversationsTotal

  t.equal(await total({}), 3)
  t.equal(await total({ filter: { isArchived: false } }), 2)
  t.equal(await total({ filter: { isArchived: true } }), 1)
  t.equal(await total({ filter: { tags: ['travel'] } }), 1)
  t.equal(await total({ filter: { pinned: true } }), 1)
  t.equal(await total({ filter: { search: 'Portugal' } }), 1)
  t.equal(await total({ filter: { search: 'tag:travel' } }), 1)
  t.equal(await total({ filter: { search: '-tag:travel' } }), 2)
  t.equal(await total({ filter: { search: 'archived:true' } }), 1)
  t.equal(await total({ filter: { search: 'archived:any role:user', isArchived: true } }), 3)
  t.equal(await total({ filter: { search: 'Portugal has:code' } }), 0)
  t.match((await start({ format: 'librechat', filter: { search: 'after:soon' } })).json(), { code: 'INVALID', errors: [{ field: 'search' }] })
  t.equal(await total({ filter: { conversationIds: [one?.conversationId, two?.conversationId, 'unknown'] } }), 2)
  t.equal(await total({ since: new Date(Date.now() + 60_000).toISOString() }), 0)
  t.equal(await total({ since: '2000-01-01T00:00:00Z' }), 3)
  t.match((await start({ format: 'librechat', filter: { tags: ['travel'], conversationIds: [] } })).json(), { code: 'INVALID', errors: [{ field: 'filter.conversationIds' }] })
})

t.test('the export of an account ends with the account', async (t) => {
  const { upload, made, files, server, headers } = await setUp(t)
  await upload(chatgptExport(chats))
  await made({ format: 'librechat' })
  t.equal((await server.inject({ method: 'DELETE', url: '/api/user/delete', headers })).statusCode, 200)
  t.strictSame(files(), [])
})
