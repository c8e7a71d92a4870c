import { createHmac } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createSession, endSession } from '../../src/accounts/session-commands.js'
import { deleteAccount } from '../../src/accounts/deletion.js'
import { changeAccess } from '../../src/accounts/user-commands.js'
import { accountById } from '../../src/accounts/user-queries.js'
import { build, testConfig } from '../helper.js'
import { probe, sendRaw } from './probe.js'

const seconds = Math.floor(Date.now() / 1000)
/** Claims of a token that was signed elsewhere, and those of one that was signed here, in a session. */
const foreign = { id: 'ada', username: 'ada', provider: 'local', email: 'ada@example.test', iat: seconds, exp: seconds + 900 }
const own = { ...foreign, iss: 'parley', sid: 'session-of-ada' }
const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

interface Forgery { header?: unknown, payload?: unknown, secret?: string, digest?: string, signature?: string }

/** A token put together by hand, so that each part can be wrong. */
function forge ({ header = { alg: 'HS256', typ: 'JWT' }, payload = own, secret = testConfig.JWT_SECRET, digest = 'sha256', signature }: Forgery = {}) {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${signature ?? createHmac(digest, secret ?? '').update(input).digest('base64url')}`
}

const good = forge()
const [head = '', body = '', tail = ''] = good.split('.')
const bearer = (token: string) => `Bearer ${token}`
const withPayload = (payload: unknown) => bearer(forge({ payload }))
const withHeader = (header: unknown, rest: Forgery = {}) => bearer(forge({ header, ...rest }))

/** Tokens that are never good, made of claims that would be. */
const refusedOf = (claims: typeof foreign): Record<string, string> => ({
  'another scheme': `Basic ${good}`,
  'no scheme': good,
  'a scheme and no token': 'Bearer',
  'a scheme and a space': 'Bearer ',
  'two tokens': `${bearer(good)} ${good}`,
  'a word': bearer('token'),
  'two parts': bearer(`${head}.${body}`),
  'four parts': bearer(`${good}.${tail}`),
  'empty parts': bearer('..'),
  'no signature': bearer(`${head}.${body}.`),
  'no header': bearer(`.${body}.${tail}`),
  'no payload': bearer(`${head}..${tail}`),
  'another secret': bearer(forge({ secret: 'Nobody uses this one: 8d1f6c0b72e94a35' })),
  'a signature cut short': bearer(good.slice(0, -4)),
  'a signature of another token': bearer(`${head}.${encode({ ...claims, id: 'eve' })}.${tail}`),
  'padding after the signature': bearer(`${good}=`),
  'padding after the payload': bearer(`${head}.${body}==.${tail}`),
  'a header that is not base64': bearer(`!${head}.${body}.${tail}`),
  'a header that is not JSON': withHeader('{alg'),
  'a header that is null': withHeader('null'),
  'a header that is an array': withHeader(['HS256']),
  'a header without an algorithm': withHeader({ typ: 'JWT' }),
  'the algorithm none': withHeader({ alg: 'none' }, { signature: '' }),
  'the algorithm none, signed': withHeader({ alg: 'none' }),
  'the algorithm NONE': withHeader({ alg: 'NONE' }, { signature: '' }),
  'the algorithm hs256': withHeader({ alg: 'hs256' }),
  'the algorithm HS384': withHeader({ alg: 'HS384' }, { digest: 'sha384' }),
  'the algorithm HS512': withHeader({ alg: 'HS512' }, { digest: 'sha512' }),
  'the algorithm RS256': withHeader({ alg: 'RS256' }),
  'an algorithm that is a list': withHeader({ alg: ['HS256'] }),
  'a critical extension': withHeader({ alg: 'HS256', crit: ['exp'] }),
  'an unencoded payload': withHeader({ alg: 'HS256', b64: false, crit: ['b64'] }),
  'a payload that is not JSON': withPayload('{id'),
  'a payload that is text': withPayload('"ada"'),
  'a payload that is a number': withPayload(1),
  'a payload that is null': withPayload('null'),
  'a payload that is an array': withPayload([claims]),
  'a payload that is empty': withPayload({}),
  'no id': withPayload({ ...claims, id: undefined }),
  'an empty id': withPayload({ ...claims, id: '' }),
  'a numeric id': withPayload({ ...claims, id: 1 }),
  'an id that is null': withPayload({ ...claims, id: null }),
  'an id that is an object': withPayload({ ...claims, id: { id: 'ada' } }),
  'an id that is an array': withPayload({ ...claims, id: ['ada'] }),
  'an unknown id': withPayload({ ...claims, id: 'nobody' }),
  'an id of 5000 characters': withPayload({ ...claims, id: 'a'.repeat(5000) }),
  'no expiry': withPayload({ ...claims, exp: undefined }),
  'an expiry that has come': withPayload({ ...claims, exp: seconds - 1 }),
  'an expiry before all time': withPayload({ ...claims, exp: -1e308 }),
  'an expiry after all time': withPayload({ ...claims, exp: 1e308 }),
  'an expiry as text': withPayload({ ...claims, exp: String(claims.exp) }),
  'an expiry that is null': withPayload({ ...claims, exp: null }),
  'a fractional expiry': withPayload({ ...claims, exp: claims.exp + 0.5 }),
  'two expiries, the last over': withPayload(`{"id":"ada","exp":${seconds + 900},"exp":${seconds - 900}}`),
  'a start in the future': withPayload({ ...claims, nbf: seconds + 600 }),
  'a start as text': withPayload({ ...claims, nbf: 'now' }),
  'a date of issue in the future': withPayload({ ...claims, iat: seconds + 600 }),
  'a date of issue as text': withPayload({ ...claims, iat: 'yesterday' })
})

/** Tokens that are signed here and well made, and good for nothing. */
const unsuitable: Record<string, string> = {
  'no session': withPayload({ ...own, sid: undefined }),
  'a session that is a number': withPayload({ ...own, sid: 1 }),
  'an unknown session': withPayload({ ...own, sid: 'another' }),
  'another\'s session': withPayload({ ...own, id: 'eve' }),
  'another issuer': withPayload(foreign)
}

/** Opens the session that `own` names. */
async function openSession ({ database: { reader, writer } }: FastifyInstance) {
  const userNo = accountById(reader, 'ada')?.no ?? 0
  await createSession(writer, { id: own.sid, userNo, tokenHash: 'h', userAgent: '', now: Date.now(), expiresAt: Date.now() + 60_000 })
}

t.test('a token of a known account', async (t) => {
  const { server, as } = await build(t)
  await as('ada')
  await openSession(server)
  const ask = (authorization: string) => server.inject({ url: '/api/user', headers: { authorization } })

  const accepted: Record<string, string> = {
    'as it should be': bearer(good),
    'after a scheme in other letters': `bEARER ${good}`,
    'after two spaces': `Bearer  ${good}`,
    'whose header names a key to fetch': withHeader({ alg: 'HS256', kid: '../../etc/passwd', jku: 'http://127.0.0.1/key' }),
    'for somebody else\'s program as well': withPayload({ ...own, aud: ['librechat'] })
  }
  for (const [name, authorization] of Object.entries(accepted)) {
    t.test(`is accepted ${name}`, async (t) => {
      t.match((await ask(authorization)).json(), { id: 'ada' })
    })
  }

  for (const [name, authorization] of Object.entries({ ...refusedOf(own), ...unsuitable })) {
    t.test(`is a 401 with ${name}`, async (t) => {
      const res = await ask(authorization)
      t.equal(res.statusCode, 401)
      t.match(res.json(), { code: 'UNAUTHENTICATED', status: 401 })
      t.match(res.headers['www-authenticate'], /^Bearer/)
      t.equal((await ask(bearer(good))).statusCode, 200, 'and changes nothing for the right one')
    })
  }
})

t.test('a 401 names an invalid token only when there was one (RFC 6750)', async (t) => {
  const { server } = await build(t)
  const challenge = async (headers: Record<string, string>) =>
    (await server.inject({ url: '/api/user', headers })).headers['www-authenticate']
  t.equal(await challenge({}), 'Bearer')
  t.equal(await challenge({ authorization: 'Basic YTpi' }), 'Bearer')
  t.equal(await challenge({ authorization: 'Bearer x' }), 'Bearer error="invalid_token"')
})

t.test('ten thousand damaged tokens are ten thousand 401s', async (t) => {
  const { server, as } = await build(t)
  await as('ada')
  await openSession(server)
  const statuses = new Map<number, number>()
  for (let i = 0; i < 10_000; i++) {
    // The last character of 32 bytes in base64 has two bits that mean nothing, so it is left alone.
    const at = (i * 7919) % (good.length - 1)
    const token = good.slice(0, at) + String.fromCharCode(33 + (i % 94)) + good.slice(at + 1)
    if (token === good) continue
    // Injected requests follow each other without a turn of the event loop, which looks like overload to the server.
    await setImmediate()
    const { statusCode } = await server.inject({ url: '/api/user', headers: { authorization: bearer(token) } })
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
  }
  t.strictSame([...statuses.keys()], [401])
})

t.test('an account that is gone is out at once', async (t) => {
  const { server, as } = await build(t)
  const [root, ada, eve] = [await as('root'), await as('ada'), await as('eve')]
  const status = async (headers: object) => (await server.inject({ url: '/api/user', headers: { ...headers } })).statusCode
  t.strictSame([await status(root), await status(ada), await status(eve)], [200, 200, 200])
  await changeAccess(server.database.writer, { userNo: 2, isDisabled: true, now: Date.now() })
  await deleteAccount(server.database.writer, { userNo: 3, now: Date.now() })
  t.strictSame([await status(ada), await status(eve)], [401, 401])
})

t.test('access tokens carry LibreChat\'s claims and last as long as configured', async (t) => {
  const { server, as } = await build(t, { SESSION_EXPIRY: 60_000 })
  await as('ada')
  const account = accountById(server.database.reader, 'ada')
  const token = account ? server.accessToken(account, 's1') : ''
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  t.match(payload, { id: 'ada', username: 'ada', provider: 'local', email: 'ada@example.test', sid: 's1' })
  t.equal(payload.exp - payload.iat, 60)
})

t.test('who signed out is out at once', async (t) => {
  const { server, as } = await build(t)
  const headers = await as('ada')
  await openSession(server)
  const status = async () => (await server.inject({ url: '/api/user', headers: { authorization: bearer(good) } })).statusCode
  t.equal(await status(), 200)
  await endSession(server.database.writer, { userNo: 1, id: own.sid })
  t.equal(await status(), 401)
  t.equal((await server.inject({ url: '/api/user', headers })).statusCode, 200, 'and their other session is not')
})

t.test('with JWT_AUTO_PROVISION', async (t) => {
  const { server, as } = await build(t, { JWT_AUTO_PROVISION: true })
  const ask = (authorization: string) => server.inject({ url: '/api/user', headers: { authorization } })

  t.test('a token signed elsewhere creates its user on first sight, once', async (t) => {
    const authorization = withPayload({ ...foreign, id: '65f0c0ffee0123456789abcd', username: 'Bob', email: 'bob@example.test', provider: 'openid' })
    const answers = await Promise.all([ask(authorization), ask(authorization), ask(authorization)])
    for (const res of answers) {
      t.match(res.json(), { id: '65f0c0ffee0123456789abcd', username: 'Bob', email: 'bob@example.test', provider: 'openid' })
    }
  })

  t.test('one that says no more than an id does too', async (t) => {
    t.match((await ask(withPayload({ id: 'plain', exp: foreign.exp }))).json(), { id: 'plain', email: '', provider: 'local' })
  })

  t.test('one signed here does not bring back an account that was deleted', async (t) => {
    const { authorization } = await as('eve')
    t.equal((await ask(authorization)).statusCode, 200)
    await server.inject({ method: 'DELETE', url: '/api/user/delete', headers: { authorization } })
    t.equal((await ask(authorization)).statusCode, 401)
  })

  t.test('one of a disabled account stays refused', async (t) => {
    const authorization = withPayload({ ...foreign, id: 'mallory', email: '' })
    t.equal((await ask(authorization)).statusCode, 200)
    await changeAccess(server.database.writer, {
      userNo: Number(server.database.reader.$client.prepare('SELECT no FROM users WHERE id = ?').pluck().get('mallory')),
      isDisabled: true,
      now: Date.now()
    })
    t.equal((await ask(authorization)).statusCode, 401)
  })

  t.test('a token that is not valid creates nobody', async (t) => {
    const { 'an unknown id': _, ...refused } = refusedOf(foreign)
    for (const authorization of Object.values(refused)) {
      t.equal((await ask(authorization)).statusCode, 401)
    }
    t.equal(server.database.reader.$client.prepare('SELECT count(*) FROM users WHERE id = ?').pluck().get('ada'), 0)
  })
})

t.test('a route', async (t) => {
  const server = await probe(t, {}, (fastify) => {
    fastify.get('/silent', async () => 'secret')
    fastify.get('/described', { schema: { summary: 'Says nothing of security' } }, async () => 'secret')
    fastify.get('/guarded', { schema: { security: [{ bearer: [] }] } }, async () => 'secret')
    fastify.get('/open', { schema: { security: [] } }, async ({ identity }) => ({ identity }))
    fastify.get('/careless', { schema: { security: [] } }, async (request) => request.signedIn())
  })
  for (const url of ['/silent', '/described', '/guarded']) {
    for (const method of ['GET', 'HEAD'] as const) {
      t.test(`is guarded unless it says otherwise: ${method} ${url}`, async (t) => {
        t.equal((await server.inject({ method, url })).statusCode, 401)
      })
    }
  }
  t.test('is open when its schema says so', async (t) => {
    t.strictSame((await server.inject('/open')).json(), { identity: null })
  })
  t.test('that is open by mistake still gets no account', async (t) => {
    t.match((await server.inject('/careless')).json(), { status: 401, code: 'UNAUTHENTICATED' })
  })
})

for (const [status, path] of [[401, '/api/user/delete'], [404, '/api/nowhere']] as const) {
  t.test(`a ${status} does not wait for the body`, async (t) => {
    const { server } = await build(t)
    const answer = await sendRaw(server, `DELETE ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
      'Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{')
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
  })
}
