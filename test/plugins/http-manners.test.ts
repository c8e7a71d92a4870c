import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { buildServer } from '../../src/build-server.js'
import { Sqlite } from '../../src/db/sqlite.js'
import { build, testConfig } from '../helper.js'

const account = { email: 'ada@example.test', name: 'Ada', password: 'correct horse battery staple' }

/** A user with one conversation of two messages, whose texts are as long as wanted. */
async function setUp (t: Test, length = 10) {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const conversationId = randomUUID()
  const get = (url: string, more: Record<string, string> = {}) => server.inject({ url, headers: { ...headers, ...more } })
  const send = (method: 'POST' | 'PUT', url: string, payload: object, more: Record<string, string> = {}) =>
    server.inject({ method, url, payload, headers: { ...headers, ...more } })
  await send('POST', `/api/messages/${conversationId}`, { messageId: 'first', text: 'tram '.repeat(length) })
  await send('POST', `/api/messages/${conversationId}`, { messageId: 'second', parentMessageId: 'first', text: 'tram '.repeat(length) })
  return { server, headers, conversationId, get, send }
}

t.test('long answers are compressed for who takes that', async (t) => {
  // The first is one text, the second is streamed.
  for (const length of [5000, 100_000]) {
    const { get, conversationId } = await setUp(t, length)
    const url = `/api/messages/${conversationId}`
    const plain = await get(url)
    t.equal(plain.headers['content-encoding'], undefined)
    t.equal(plain.headers.vary, 'accept-encoding')
    for (const [encoding, read] of [['gzip', gunzipSync], ['br', brotliDecompressSync]] as const) {
      const res = await get(url, { 'accept-encoding': encoding })
      t.equal(res.headers['content-encoding'], encoding)
      t.ok(res.rawPayload.length < plain.rawPayload.length / 10)
      t.equal(read(res.rawPayload).toString(), plain.body)
    }
  }
  const { get, server, conversationId, headers } = await setUp(t)
  t.equal((await get(`/api/messages/${conversationId}`, { 'accept-encoding': 'gzip' })).headers['content-encoding'], undefined, 'short ones are not')
  await server.inject({ method: 'POST', url: '/api/auth/register', payload: account })
  t.ok(server.hasRoute({ method: 'POST', url: '/api/auth/login' }))
  const copy = await server.inject({ method: 'POST', url: '/api/keys', headers: { ...headers, 'accept-encoding': 'gzip' }, payload: { name: 'x', scopes: ['read'] } })
  t.strictSame([copy.statusCode, copy.headers['content-encoding']], [201, undefined], 'and what carries a key never is')
})

t.test('If-None-Match is answered with 304 until something changes', async (t) => {
  for (const length of [10, 100_000]) {
    const { server, get, send, conversationId } = await setUp(t, length)
    for (const url of ['/api/convos', `/api/convos/${conversationId}`, `/api/messages/${conversationId}`, `/api/messages/${conversationId}/first`]) {
      // Lists have the state of the database as their version, and housekeeping changes that.
      await server.housekeeping.idle()
      const { headers: { etag } } = await get(url)
      t.match(etag, /^(W\/)?"[^"]+"$/)
      for (const known of [String(etag), `"other", ${etag}`, '*', `W/${String(etag).replace('W/', '')}`]) {
        const res = await get(url, { 'if-none-match': known })
        t.strictSame([res.statusCode, res.body], [304, ''], `${url} ${known}`)
      }
      t.equal((await get(url, { 'if-none-match': '"other"' })).statusCode, 200)
      await send('PUT', `/api/messages/${conversationId}/first`, { text: `changed ${url}` })
      t.equal((await get(url, { 'if-none-match': String(etag) })).statusCode, 200, `${url} after a change`)
    }
  }
})

t.test('If-Match changes only the version that was read', async (t) => {
  const { get, send, conversationId } = await setUp(t)
  const changes: Array<[string, object]> = [
    ['/api/convos/update', { conversationId, title: 'New' }], ['/api/convos/pin', { conversationId, pinned: true }],
    ['/api/convos/archive', { conversationId, isArchived: true }]
  ]
  for (const [url, body] of changes) {
    const { headers: { etag } } = await get(`/api/convos/${conversationId}`)
    const first = await send('POST', url, body, { 'if-match': String(etag) })
    t.ok(first.statusCode < 300, url)
    t.equal((await get(`/api/convos/${conversationId}`)).headers.etag, first.headers.etag, 'the answer has the new version')
    const late = await send('POST', url, body, { 'if-match': String(etag) })
    t.match(late.json(), { status: 412, code: 'PRECONDITION_FAILED' })
    t.ok((await send('POST', url, body, { 'if-match': '*' })).statusCode < 300)
  }
  const url = `/api/messages/${conversationId}/first`
  const { headers: { etag } } = await get(url)
  t.equal((await send('PUT', url, { text: 'one' }, { 'if-match': String(etag) })).statusCode, 200)
  t.match((await send('PUT', url, { text: 'two' }, { 'if-match': String(etag) })).json(), { status: 412 })
  t.match((await get(url)).json(), [{ text: 'one' }])
})

t.test('a path tells which methods it takes, and a slash at its end changes nothing', async (t) => {
  const { server, get, conversationId } = await setUp(t)
  for (const [method, url, allow] of [['PUT', '/api/user', 'GET, HEAD, PATCH'], ['PATCH', '/api/convos', 'DELETE, GET, HEAD'], ['OPTIONS', `/api/convos/${conversationId}/`, 'GET, HEAD']] as const) {
    const res = await server.inject({ method, url })
    t.equal(res.statusCode, 405)
    t.equal(String(res.headers.allow).split(', ').sort().join(', '), allow)
  }
  t.strictSame((await get('/api/convos/?limit=1')).json(), (await get('/api/convos?limit=1')).json())
  t.equal((await server.inject('/api/nowhere')).statusCode, 404)
})

t.test('bodies in another encoding or charset are refused', async (t) => {
  const { send, conversationId } = await setUp(t)
  const refused = [{ 'content-encoding': 'gzip' }, { 'content-type': 'application/json; charset=utf-16' }, { 'content-type': 'application/json;charset="latin1"' }]
  for (const headers of refused) {
    t.match((await send('POST', '/api/convos/update', { conversationId, title: 'x' }, headers)).json(), { status: 415, code: 'UNSUPPORTED_MEDIA' })
  }
  for (const headers of [{ 'content-encoding': 'identity' }, { 'content-type': 'application/json; charset=UTF-8' }]) {
    t.equal((await send('POST', '/api/convos/update', { conversationId, title: 'x' }, headers)).statusCode, 201)
  }
})

t.test('health is told whatever limits there are', async (t) => {
  const { server } = await build(t, { RATE_LIMIT_MAX: 1 })
  for (let n = 0; n < 3; n++) {
    for (const url of ['/health', '/livez/', '/readyz?from=monitor', '/readyz/?']) t.equal((await server.inject(url)).statusCode, 200)
  }
  t.equal((await server.inject('/api/config')).statusCode, 200, 'and it uses nothing up')
  t.equal((await server.inject('/api/config')).statusCode, 429)
})

t.test('browsers of listed origins may read where things are, and remember what they may send', async (t) => {
  const { server } = await build(t, { CORS_ORIGIN: 'https://chat.example.org' })
  const headers = { origin: 'https://chat.example.org', 'access-control-request-method': 'POST' }
  const preflight = await server.inject({ method: 'OPTIONS', url: '/api/convos', headers })
  t.strictSame([preflight.statusCode, preflight.headers['access-control-max-age']], [204, '7200'])
  const res = await server.inject({ url: '/api/config', headers: { origin: 'https://chat.example.org' } })
  t.match(res.headers['access-control-expose-headers'], /etag, link, location/)
  t.match(String(res.headers.vary), /accept-encoding/i)
  t.match(String(res.headers.vary), /origin/i)
})

t.test('a socket takes any number of requests', async (t) => {
  const { server } = await build(t)
  const { hostname, port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(port), hostname)
  socket.write(`${'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1500)}GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  t.equal((await text(socket)).split('HTTP/1.1 200 OK').length - 1, 1501)
})

t.test('a connection stays while the server works, and is closed when it is idle', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const { server, as } = await build(t, { DATABASE_PATH: path })
  const { authorization } = await as('ada')
  const body = JSON.stringify({ tag: 'later' })
  Object.assign(server.server, { timeout: 100, keepAliveTimeout: 100 })
  const { hostname, port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
  const lock = new Sqlite(path)
  lock.exec('BEGIN IMMEDIATE')
  const socket = connect(Number(port), hostname)
  const answer = text(socket)
  socket.write(`POST /api/tags HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  await wait(500)
  lock.exec('ROLLBACK')
  lock.close()
  t.match(await answer, /^HTTP\/1.1 200 OK/, 'what took longer than the time for idle connections is answered, and then the connection ends')
})

t.test('what an overloaded or stopping server refuses is no error in its log', async (t) => {
  const lines: string[] = []
  const server = await buildServer({ config: testConfig, logger: { level: 'error', stream: { write: (line: string) => { lines.push(line) } } } })
  const { hostname, port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(port), hostname)
  socket.write('GET /api/config HTTP/1.1\r\nHost: x\r\n\r\nGET /api/config HTTP/1.1\r\nHost: x\r\n')
  await new Promise((resolve) => { socket.once('data', resolve) })
  const closed = server.close()
  socket.write('\r\n')
  t.match(await text(socket), /HTTP\/1\.1 503/)
  await closed
  t.strictSame(lines, [])
})
