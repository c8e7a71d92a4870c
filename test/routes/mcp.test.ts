import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { build } from '../helper.js'
import { listening } from '../mcp.js'

/** Sends a message as a client without an SDK does. Unlike fetch it can name any Host. */
async function post (address: string, message: unknown, headers: Record<string, string> = {}, method = 'POST') {
  const body = typeof message === 'string' ? message : JSON.stringify(message)
  const sent = httpRequest(new URL('/mcp', address), {
    method,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'content-length': Buffer.byteLength(body), ...headers }
  })
  sent.end(body)
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject)
  })
  const answer = await text(response)
  return { status: response.statusCode ?? 0, headers: response.headers, text: answer, json: () => messageIn(answer) }
}

/** The message in a body of JSON, or in the first event of a stream. */
function messageIn (body: string) {
  return JSON.parse(/^data: (.*)$/m.exec(body)?.[1] ?? body)
}

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }

/** A call of the protocol of 2026-07-28: each message says what earlier versions said once. */
const modern = (method: string, params: Record<string, unknown> = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: {
    ...params,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {}
    }
  }
})
const modernHeaders = (method: string, name?: string) => ({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...name && { 'mcp-name': name } })

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

const { as, address, keyOf } = await listening(t, { MCP_HOSTS: 'Parley.example.test, parley', CORS_ORIGIN: 'https://tools.example.test' })

t.test('without MCP there is no such path', async (t) => {
  const { server } = await build(t)
  const res = await server.inject({ method: 'POST', url: '/mcp', payload: ping })
  t.match(res.json(), { status: 404, code: 'ROUTE_NOT_FOUND' })
})

t.test('only a key with the scope read gets in', async (t) => {
  const none = await post(address, ping)
  t.match(none.json(), { status: 401, code: 'UNAUTHENTICATED', detail: /^Send an API key/ })
  t.equal(none.headers['www-authenticate'], 'Bearer')

  const session = await post(address, ping, await as('ada'))
  t.match(session.json(), { status: 401, detail: /^Send an API key/ })
  t.equal(session.headers['www-authenticate'], 'Bearer error="invalid_token"')

  const unknown = await post(address, ping, bearer((await keyOf('ada')).replace(/....$/, 'AAAA')))
  t.match(unknown.json(), { status: 401, detail: 'The API key is not valid' })

  const others = await post(address, ping, bearer(await keyOf('ada', ['write', 'import', 'export'])))
  t.match(others.json(), { status: 403, code: 'FORBIDDEN', detail: 'This API key does not have the scope read' })
  t.equal(others.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="read"')

  const key = await keyOf('ada', ['read', 'write'])
  for (const headers of [bearer(key), { 'x-api-key': key }]) {
    t.match((await post(address, ping, headers)).json(), { jsonrpc: '2.0', id: 1, result: {} })
  }
})

t.test('GET and DELETE are told that only POST is there', async (t) => {
  const key = await keyOf('ada')
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const res = await post(address, '', bearer(key), method)
    t.match({ status: res.status, allow: res.headers.allow }, { status: 405, allow: 'POST' }, method)
    t.match(res.json(), { code: 'METHOD_NOT_ALLOWED' })
  }
  // Elsewhere a browser gets the page.
  t.equal((await post(address, '', { ...bearer(key), accept: 'text/html' }, 'GET')).status, 405)
})

t.test('the name of the server and the origin are checked', async (t) => {
  const key = await keyOf('ada')
  const statusOf = async (headers: Record<string, string>) => (await post(address, ping, { ...bearer(key), ...headers })).status

  for (const host of ['localhost:3080', '127.0.0.1', '192.168.1.5:3080', '[::1]:3080', 'parley:3080', 'PARLEY.example.test']) {
    t.equal(await statusOf({ host }), 200, host)
  }
  for (const host of ['evil.example.test', 'localhost.evil.example.test', 'x.parley.example.test', 'a b', 'me@localhost', 'me:x@localhost', 'localhost/x', 'localhost?x', 'localhost#x']) {
    t.equal(await statusOf({ host }), 403, host)
  }
  const own = { host: 'parley:3080' }
  t.equal(await statusOf({ ...own, origin: 'http://parley:3080' }), 200)
  t.equal(await statusOf({ ...own, origin: 'https://tools.example.test' }), 200)
  for (const origin of ['http://evil.example.test', 'http://parley:3081', 'null', 'https://tools.example.test.evil.test']) {
    t.equal(await statusOf({ ...own, origin }), 403, origin)
  }
  const refused = await post(address, ping, { ...bearer(key), host: 'evil.example.test' })
  t.match(refused.json(), { code: 'FORBIDDEN', detail: 'MCP_HOSTS does not have the name in the Host header' })
})

t.test('a user has one budget for all keys, beside the general one', async (t) => {
  const { server, address, keyOf } = await listening(t, { MCP_USER_MAX: 2, MCP_USER_WINDOW: 60 })
  const [one, two, other] = [await keyOf('ada'), await keyOf('ada'), await keyOf('eve')]
  const statuses = []
  for (const key of [one, two, one, two, other]) statuses.push((await post(address, ping, bearer(key))).status)
  t.strictSame(statuses, [200, 200, 429, 429, 200])
  t.ok((await post(address, ping, bearer(one))).headers['retry-after'])
  t.equal((await server.inject({ url: '/api/convos', headers: bearer(one) })).statusCode, 200)
})

t.test('the protocol by hand', async (t) => {
  const headers = bearer(await keyOf('ada'))
  const send = (message: unknown, more: Record<string, string> = {}) => post(address, message, { ...headers, ...more })

  t.test('of 2026-07-28 is answered in JSON, without a session', async (t) => {
    const found = await send(modern('server/discover'), modernHeaders('server/discover'))
    t.equal(found.headers['mcp-session-id'], undefined)
    t.match(found.json(), { result: { supportedVersions: ['2026-07-28'], capabilities: { tools: { listChanged: false } } } })
    const called = await send(modern('tools/call', { name: 'list_conversations', arguments: {} }), modernHeaders('tools/call', 'list_conversations'))
    t.match(called.headers['content-type'], /^application\/json/)
    t.match(called.json(), { result: { structuredContent: { conversations: [] } } })
  })

  t.test('of earlier versions needs no session either', async (t) => {
    for (const protocolVersion of ['2025-03-26', '2025-06-18', '2025-11-25']) {
      const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'raw', version: '1' } }
      const begun = await send({ jsonrpc: '2.0', id: 0, method: 'initialize', params })
      t.match(begun.json(), { result: { protocolVersion, serverInfo: { name: 'parley' } } })
      t.equal(begun.headers['mcp-session-id'], undefined)
      t.equal((await send({ jsonrpc: '2.0', method: 'notifications/initialized' })).status, 202)
      const listed = await send({ jsonrpc: '2.0', id: 2, method: 'tools/list' }, { 'mcp-protocol-version': protocolVersion })
      t.equal(listed.json().result.tools.length, 3)
    }
  })

  t.test('a subscription ends at once, because nothing changes', async (t) => {
    const method = 'subscriptions/listen'
    const res = await send(modern(method, { notifications: { toolsListChanged: true, resourcesListChanged: true } }), modernHeaders(method))
    t.equal(res.status, 200)
    t.match(res.text, /"resultType":"complete"/)
  })

  t.test('what is not a message is refused, and never by a failure of the server', async (t) => {
    const cases: Array<[message: unknown, status: number, headers?: Record<string, string>]> = [
      ['{', 400],
      ['', 400],
      ['null', 400],
      ['7', 400],
      ['{}', 400],
      [[ping, ping], 400],
      [{ jsonrpc: '2.0', id: 1, method: 'tools/nothing' }, 200],
      [{ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'nothing' } }, 200],
      [{ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_conversation', arguments: 'text' } }, 200],
      [{ jsonrpc: '2.0', id: { a: 1 }, method: 'ping' }, 400],
      [ping, 415, { 'content-type': 'text/plain' }],
      [ping, 406, { accept: 'text/html' }],
      [{ ...ping, params: { text: 'x'.repeat(70_000) } }, 413],
      [modern('tools/list'), 400, { 'mcp-protocol-version': '2099-01-01' }],
      [modern('tools/list'), 400]
    ]
    for (const [message, status, more] of cases) {
      const res = await send(message, more)
      t.equal(res.status, status, `${JSON.stringify(message).slice(0, 80)} ${res.text.slice(0, 200)}`)
    }
    t.match((await send({ jsonrpc: '2.0', id: 1, method: 'tools/nothing' })).json(), { error: { code: -32601 } })
  })
})
