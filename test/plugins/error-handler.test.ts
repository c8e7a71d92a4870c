import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { Value } from '@sinclair/typebox/value'
import t from 'tap'
import { NAME } from '../../src/accounts/schemas.js'
import { buildServer } from '../../src/build-server.js'
import { DomainError, type DomainErrorCode } from '../../src/errors.js'
import { STORABLE_TEXT } from '../../src/json.js'
import { MESSAGE_ID, PARENT_ID } from '../../src/messages/schemas.js'
import { THREAD_ID } from '../../src/openai/remote-thread.js'
import { LIMIT } from '../../src/paging/limit.js'
import { ProblemSchema, problems } from '../../src/schemas.js'
import { StorageError } from '../../src/writer/errors.js'
import { build, testConfig } from '../helper.js'
import { probe, sendRaw } from './probe.js'
import { Sqlite } from '../../src/db/sqlite.js'

const domainStatuses: Record<DomainErrorCode, number> = {
  INVALID: 400,
  INVALID_CURSOR: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  LIMIT_REACHED: 409,
  PRECONDITION_FAILED: 412,
  REQUEST_TIMEOUT: 408,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA: 415,
  TOO_MANY_REQUESTS: 429,
  IMPORT_NOT_JSON: 400,
  IMPORT_TRUNCATED: 400,
  IMPORT_UNKNOWN_FORMAT: 400,
  IMPORT_NOT_A_HISTORY: 400,
  IMPORT_BAD_ARCHIVE: 400,
  IMPORT_TOO_COMPLEX: 400,
  IMPORT_TOO_LARGE: 413,
  BUSY: 503,
  QUOTA_REACHED: 507,
  STORAGE_FULL: 507,
  NOT_READY: 503
}

const secret = 'SQLITE_ERROR: no such table in /home/parley/parley.db'

/** What a route throws, and the status and code that answers it. */
const thrown: Record<string, [unknown, number, string]> = {
  'an error nobody expected': [new Error(secret), 500, 'INTERNAL'],
  'an error that claims a 5xx': [Object.assign(new Error(secret), { statusCode: 502 }), 500, 'INTERNAL'],
  'an error that claims no status there is': [Object.assign(new Error(secret), { statusCode: 499.5 }), 500, 'INTERNAL'],
  null: [null, 500, 'INTERNAL'],
  undefined: [undefined, 500, 'INTERNAL'],
  text: [secret, 500, 'INTERNAL'],
  'an object': [{ statusCode: 400, message: secret }, 500, 'INTERNAL'],
  'a file damaged under a query': [new Sqlite.SqliteError(secret, 'SQLITE_CORRUPT_INDEX'), 503, 'STORAGE_UNAVAILABLE'],
  'a failing disk': [new StorageError('SQLITE_IOERR_WRITE', secret), 503, 'STORAGE_UNAVAILABLE'],
  'a full disk': [new StorageError('SQLITE_FULL', secret), 507, 'STORAGE_FULL'],
  'a full disk under an upload': [Object.assign(new Error(secret), { code: 'ENOSPC' }), 507, 'STORAGE_FULL'],
  'a disk quota that is used up, under another error': [new Error(secret, { cause: Object.assign(new Error(secret), { code: 'EDQUOT' }) }), 507, 'STORAGE_FULL'],
  'a file that cannot be opened': [Object.assign(new Error(secret), { code: 'EMFILE', syscall: 'open' }), 503, 'STORAGE_UNAVAILABLE'],
  'a file that cannot be opened, of which only the text is left': [new Error(`ENFILE: file table overflow, open '${secret}'`), 503, 'STORAGE_UNAVAILABLE'],
  'a thread that cannot be started': [new StorageError('NOT_LOADED', secret), 503, 'STORAGE_UNAVAILABLE'],
  'a commit that nobody knows the end of': [new StorageError('COMMIT_UNCERTAIN', secret), 503, 'OUTCOME_UNKNOWN'],
  'a plugin\'s 409': [Object.assign(new Error(secret), { statusCode: 409 }), 409, 'CONFLICT'],
  'a plugin\'s 4xx that no code stands for': [Object.assign(new Error(secret), { statusCode: 418 }), 400, 'BAD_REQUEST']
}

/** Seconds after which a status asks to try again. */
const retryAfter: Record<number, string> = { 429: '10', 503: '5' }

t.test('domain errors', async (t) => {
  const server = await probe(t, {}, (fastify) => {
    fastify.get('/:code', { schema: { security: [] } }, async (request) => {
      const { code } = Object(request.params)
      throw new DomainError(code, `About ${code}`, 'arg.title')
    })
  })
  for (const [code, status] of Object.entries(domainStatuses)) {
    t.test(`${code} is a ${status}`, async (t) => {
      const res = await server.inject(`/${code}?x=1`)
      t.equal(res.statusCode, status)
      t.equal(res.headers['content-type'], 'application/problem+json; charset=utf-8')
      t.equal(res.headers['cache-control'], 'no-store')
      t.equal(res.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined)
      t.equal(res.headers['retry-after'], retryAfter[status])
      const { requestId, title, ...rest } = res.json()
      t.match([requestId, title], [/./, /./])
      t.strictSame(rest, {
        type: `/problems/${code.toLowerCase().replaceAll('_', '-')}`,
        status,
        detail: `About ${code}`,
        instance: `/${code}`,
        code,
        errors: [{ field: 'arg.title', message: `About ${code}` }],
        error: `About ${code}`,
        message: `About ${code}`
      })
    })
  }
})

t.test('whatever a route throws', async (t) => {
  const names = Object.keys(thrown)
  const server = await probe(t, {}, (fastify) => {
    for (const [i, [error]] of Object.values(thrown).entries()) {
      const options = { schema: { security: [], response: problems(500, 503) } }
      fastify.get(`/async/${i}`, options, async () => { throw error })
      fastify.get(`/sync/${i}`, options, () => { throw error })
    }
  })
  for (const [i, name] of names.entries()) {
    for (const kind of ['async', 'sync']) {
      t.test(`${name} (${kind}) is problem details that say nothing internal`, async (t) => {
        const [, status, code] = thrown[name] ?? []
        const res = await server.inject(`/${kind}/${i}`)
        t.match([res.statusCode, res.json().code], [status, code])
        t.ok(Value.Check(ProblemSchema, res.json()))
        t.notMatch(res.body, /SQLITE|home|parley\.db|stack/)
        if (status === 503) t.match(res.headers['retry-after'], /^\d+$/)
      })
    }
  }
})

t.test('a failure is logged; what the client did wrong is not', async (t) => {
  const lines: string[] = []
  const logger = { level: 'error', stream: { write: (line: string) => { lines.push(line) } } }
  const server = await buildServer({ config: testConfig, logger })
  t.teardown(() => server.close())
  await server.inject('/api/user')
  await server.inject('/api/%zz')
  t.strictSame(lines, [])

  server.database.reader.$client.pragma('query_only = 1')
  const payload = { email: 'ada@example.com', password: 'correct horse' }
  const { headers, ...res } = await server.inject({ method: 'POST', url: '/api/auth/register', payload })
  t.match(res.json(), { status: 503, code: 'STORAGE_UNAVAILABLE' })
  t.equal(headers['retry-after'], '30')
  await server.inject({ method: 'POST', url: '/api/auth/register', payload })
  t.equal(lines.length, 1, 'a failing disk is logged once, not for each request')
  t.match(JSON.parse(lines[0] ?? ''), { trouble: 'failing', msg: /:memory:: attempt to write a readonly database\. Check the disk/ })
  t.notMatch(lines.join(), 'correct horse')
  t.match((await server.inject('/readyz')).json(), { status: 503, detail: /^failing: / })
})

t.test('what a schema refuses', async (t) => {
  const routes: FastifyPluginAsyncTypebox = async (fastify) => {
    const body = Type.Object({
      title: Type.String({ maxLength: 5 }),
      arg: Type.Optional(Type.Object({ 'a/b': Type.Integer() }, { additionalProperties: false })),
      sort: Type.Optional(Type.Union([Type.Literal('asc'), Type.Literal('desc')])),
      list: Type.Optional(Type.Array(Type.String()))
    }, { additionalProperties: false })
    fastify.post('/body', { schema: { security: [], body } }, async () => 'done')
    const text = (pattern: string) => Type.Optional(Type.String({ pattern }))
    const patterns = Type.Object({
      limit: text(LIMIT),
      messageId: text(MESSAGE_ID),
      parentMessageId: text(PARENT_ID),
      thread_id: text(THREAD_ID),
      name: text(NAME),
      text: text(STORABLE_TEXT),
      other: text('^[1-9]$')
    })
    fastify.get('/patterns', { schema: { security: [], querystring: patterns } }, async () => 'done')
    fastify.get('/query/:id', {
      schema: {
        security: [],
        params: Type.Object({ id: Type.String({ maxLength: 3 }) }),
        querystring: Type.Object({ limit: Type.Optional(Type.String({ pattern: '^[1-9]$' })) })
      }
    }, async () => 'done')
  }
  const server = await probe(t, {}, (fastify) => { fastify.register(routes) })

  const bodies: Array<[string, string, string | RegExp]> = [
    ['null', 'body', 'must be a JSON object'],
    ['[]', 'body', 'must be a JSON object'],
    ['"x"', 'body', 'must be a JSON object'],
    ['', 'body', 'must be a JSON object'],
    ['{}', 'title', 'is required'],
    ['{"title":5}', 'title', /string/],
    ['{"title":null}', 'title', /string/],
    ['{"title":"123456"}', 'title', /5/],
    ['{"title":"x","arg":{"a/b":"x"}}', 'arg.a/b', /integer/],
    ['{"title":"x","arg":{}}', 'arg.a/b', 'is required'],
    ['{"title":"x","sort":"up"}', 'sort', 'must be one of "asc", "desc"'],
    ['{"title":"x","list":["a",1]}', 'list.1', /string/]
  ]
  for (const [payload, field, message] of bodies) {
    t.test(`${payload || 'no body'} is a 400 about ${field}`, async (t) => {
      const res = await server.inject({ method: 'POST', url: '/body', payload, headers: { 'content-type': 'application/json' } })
      t.equal(res.statusCode, 400)
      t.match(res.json(), { code: 'VALIDATION_FAILED', errors: [{ field, message }], detail: new RegExp(`^${field} `) })
      t.equal(res.json().errors.length, 1)
    })
  }

  for (const [field, text, message] of [
    ['limit', '1000', 'must be a whole number from 1 to 100'],
    ['messageId', 'a b', 'must be 1 to 64 letters, digits, "_" and "-"'],
    ['parentMessageId', 'a b', 'must be at most 64 letters, digits, "_" and "-"'],
    ['thread_id', 'a b', 'must be at most 128 letters, digits, "_" and "-"'],
    ['name', 'a%01', 'must not hold control characters or half a surrogate pair'],
    ['text', 'a%00', 'must not hold U+0000 or half a surrogate pair'],
    ['other', 'x', 'must match pattern "^[1-9]$"']
  ] as const) {
    t.test(`${field}=${text} is refused: it ${message}`, async (t) => {
      const res = await server.inject(`/patterns?${field}=${text}`)
      t.match(res.json(), { status: 400, errors: [{ field, message }] })
    })
  }

  t.test('no body and no content type is a 400 too', async (t) => {
    const res = await server.inject({ method: 'POST', url: '/body' })
    t.match(res.json(), { status: 400, errors: [{ field: 'body', message: 'must be a JSON object' }] })
  })

  for (const [url, field] of [['/query/abcd', 'id'], ['/query/abc?limit=x', 'limit']] as const) {
    t.test(`${url} is a 400 about ${field}`, async (t) => {
      t.match((await server.inject(url)).json(), { status: 400, errors: [{ field }] })
    })
  }
})

t.test('requests that reach no route', async (t) => {
  const { server } = await build(t)
  const long = 'x'.repeat(2000)
  const requests: Array<[object, number, string]> = [
    [{ url: '/api/nowhere' }, 404, 'ROUTE_NOT_FOUND'],
    [{ method: 'POST', url: '/api/nowhere', payload: '<x/>', headers: { 'content-type': 'text/xml' } }, 404, 'ROUTE_NOT_FOUND'],
    [{ method: 'PUT', url: '/api/user' }, 405, 'METHOD_NOT_ALLOWED'],
    [{ method: 'PATCH', url: '/api/convos/' }, 405, 'METHOD_NOT_ALLOWED'],
    [{ method: 'PROPFIND', url: '/api/user' }, 405, 'METHOD_NOT_ALLOWED'],
    [{ url: '/api/convos/%zz' }, 400, 'BAD_URL'],
    [{ url: '/api/convos/%ff' }, 400, 'BAD_URL'],
    [{ url: `/api/convos/${long}` }, 414, 'URL_TOO_LONG'],
    [{ method: 'POST', url: '/api/auth/login', payload: '{', headers: { 'content-type': 'application/json' } }, 400, 'MALFORMED_JSON'],
    [{ method: 'POST', url: '/api/auth/login', payload: '{"__proto__":{}}', headers: { 'content-type': 'application/json' } }, 400, 'MALFORMED_JSON'],
    [{ method: 'POST', url: '/api/auth/login', payload: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'UNSUPPORTED_MEDIA'],
    [{ method: 'POST', url: '/api/auth/login', payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'UNSUPPORTED_MEDIA'],
    [{ method: 'POST', url: '/api/auth/login', payload: '{}', headers: { 'content-type': 'application/jsonx' } }, 415, 'UNSUPPORTED_MEDIA'],
    [{ method: 'POST', url: '/api/auth/login', payload: '{}', headers: { 'content-type': ';' } }, 415, 'UNSUPPORTED_MEDIA'],
    [{ method: 'POST', url: '/api/auth/login', payload: { email: 'x'.repeat(70_000) } }, 413, 'TOO_LARGE']
  ]
  for (const [request, status, code] of requests) {
    t.test(`${JSON.stringify(request).slice(0, 110)} is a ${status} ${code}`, async (t) => {
      const res = await server.inject(request)
      t.match([res.statusCode, res.json().code, res.json().status], [status, code, status])
      t.equal(res.headers['content-type'], 'application/problem+json; charset=utf-8')
      t.ok(Value.Check(ProblemSchema, res.json()))
    })
  }
})

const rawRequests: Array<[string, string, number, string]> = [
  ['is not HTTP', 'HELLO\r\n\r\n', 400, 'BAD_REQUEST'],
  ['has a content length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n', 400, 'BAD_REQUEST'],
  ['names no host', 'GET /api/config HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'INVALID'],
  ['expects what nobody knows', 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nExpect: x\r\nContent-Length: 2\r\n\r\n{}', 417, 'EXPECTATION_FAILED'],
  ['has too many headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE']
]
for (const [name, bytes, status, code] of rawRequests) {
  t.test(`a connection whose request ${name} is answered ${status} and closed`, async (t) => {
    const { server } = await build(t)
    const [head = '', body = ''] = (await sendRaw(server, bytes)).split('\r\n\r\n')
    t.match(head, new RegExp(`^HTTP/1.1 ${status} `))
    t.match(head, 'application/problem+json; charset=utf-8')
    t.match(JSON.parse(body), { status, code })
    t.ok(Value.Check(ProblemSchema, JSON.parse(body)))
  })
}
