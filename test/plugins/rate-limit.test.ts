import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createAccount } from '../../src/accounts/user-commands.js'
import type { Config } from '../../src/config.js'
import { build, signIn } from '../helper.js'
import { probe, sendRaw } from './probe.js'

const headersOf = ({ headers }: { headers: Record<string, unknown> }) =>
  ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after'].map((name) => headers[name])

function statuses (server: FastifyInstance, requests: object[]) {
  return requests.reduce<Promise<number[]>>(async (done, request) =>
    [...await done, (await server.inject({ url: '/api/user', ...request })).statusCode], Promise.resolve([]))
}

const times = (count: number, request: object = {}) => Array.from({ length: count }, () => request)

t.test('RATE_LIMIT_MAX', async (t) => {
  t.test('counts an anonymous flood although each answer was a 401', async (t) => {
    const { server } = await build(t, { RATE_LIMIT_MAX: 3 })
    t.strictSame(await statuses(server, times(5)), [401, 401, 401, 429, 429])
  })

  t.test('counts bad tokens and unknown paths', async (t) => {
    const { server } = await build(t, { RATE_LIMIT_MAX: 2 })
    const requests = [{ headers: { authorization: 'Bearer x' } }, { url: '/api/nowhere' }, { url: '/elsewhere' }, {}]
    t.strictSame(await statuses(server, requests), [401, 404, 429, 429])
  })

  t.test('counts each signed-in user apart from their address', async (t) => {
    const { server, as } = await build(t, { RATE_LIMIT_MAX: 2 })
    const [ada, eve] = [{ headers: await as('ada') }, { headers: await as('eve') }]
    t.strictSame(await statuses(server, [ada, ada, ada, eve, eve, eve, {}, {}, {}]), [200, 200, 429, 200, 200, 429, 401, 401, 429])
  })

  t.test('tells in headers what is left and, past it, when to come back', async (t) => {
    const { server } = await build(t, { RATE_LIMIT_MAX: 2 })
    t.strictSame(headersOf(await server.inject('/api/user')), ['2', '1', '60', undefined])
    t.strictSame(headersOf(await server.inject('/api/user')), ['2', '0', '60', undefined])
    const refused = await server.inject('/api/user')
    t.strictSame(headersOf(refused), ['2', '0', '60', '60'])
    t.match(refused.json(), { status: 429, code: 'TOO_MANY_REQUESTS', message: /^Too many requests/ })
    t.match(refused.headers['content-type'], 'application/problem+json')
  })

  t.test('a 429 does not wait for the body', async (t) => {
    const { server } = await build(t, { RATE_LIMIT_MAX: 1 })
    await server.inject('/api/user')
    const answer = await sendRaw(server, 'POST /api/auth/logout HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
      'Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{')
    t.match(answer, /^HTTP\/1.1 429 /)
  })
})

t.test('addresses', async (t) => {
  const through = async (t: Parameters<typeof build>[0], config: Partial<Config>, forwarded: string[]) => {
    const { server } = await build(t, { RATE_LIMIT_MAX: 2, ...config })
    return statuses(server, forwarded.map((address) => ({ headers: { 'x-forwarded-for': address } })))
  }
  const trusting = { TRUST_PROXY: '127.0.0.1' }

  t.test('one IPv6 /64 is one client', async (t) => {
    const within = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:2:a:b:c:d']
    t.strictSame(await through(t, trusting, [...within, '2001:db8:1:3::1']), [401, 401, 429, 401])
  })

  t.test('a network of 56 bits has four times the sign-ins of a network of 64', async (t) => {
    const { server } = await build(t, { LOGIN_MAX: 1, ...trusting })
    const answers = await statuses(server, Array.from({ length: 6 }, (_, n) => ({
      method: 'POST', url: '/api/auth/login', headers: { 'x-forwarded-for': `2001:db8:1:1${n}::1` }
    })))
    t.strictSame(answers, [400, 400, 400, 400, 429, 429])
    const [elsewhere] = await statuses(server, [{ method: 'POST', url: '/api/auth/login', headers: { 'x-forwarded-for': '2001:db8:1:200::1' } }])
    t.equal(elsewhere, 400)
  })

  t.test('an IPv4 address is the same when it is mapped into IPv6', async (t) => {
    t.strictSame(await through(t, trusting, ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201']), [401, 401, 429])
  })

  t.test('what a proxy passed on and is no address counts as the proxy', async (t) => {
    t.strictSame(await through(t, trusting, ['nonsense', '192.0.2.1:5555', 'other nonsense']), [401, 401, 429])
  })

  t.test('without a trusted proxy the header counts for nothing', async (t) => {
    t.strictSame(await through(t, {}, ['192.0.2.1', '192.0.2.2', '192.0.2.3']), [401, 401, 429])
  })
})

t.test('the limits a route names', async (t) => {
  const routes = (fastify: FastifyInstance) => {
    const open = { security: [] }
    fastify.post('/fork', { config: { limits: 'fork' } }, async () => 'done')
    fastify.post('/duplicate', { config: { limits: 'fork' } }, async () => 'done')
    fastify.post('/import', { config: { limits: 'import' } }, async () => 'done')
    fastify.post('/login', { config: { limits: 'login' }, schema: open }, async () => 'done')
    fastify.post('/register', { config: { limits: 'register' }, schema: open }, async () => 'done')
    fastify.get('/other', { schema: open }, async () => 'done')
  }
  const userOf = async (server: FastifyInstance, id: string) => {
    await createAccount(server.database.writer, {
      id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen: true, now: Date.now()
    })
    return signIn(server, id)
  }
  const post = (url: string, headers = {}) => ({ method: 'POST', url, headers })

  t.test('are one budget for all routes of the name', async (t) => {
    const server = await probe(t, { FORK_USER_MAX: 2 }, routes)
    const [ada, eve] = [await userOf(server, 'ada'), await userOf(server, 'eve')]
    const requests = [post('/fork', ada), post('/duplicate', ada), post('/fork', ada), post('/duplicate', ada), post('/fork', eve), post('/import', ada)]
    t.strictSame(await statuses(server, requests), [200, 200, 429, 429, 200, 200])
  })

  for (const [name, url] of [['FORK', '/fork'], ['IMPORT', '/import']] as const) {
    t.test(`${name}_IP_MAX holds for all users of an address, and anonymous requests count`, async (t) => {
      const server = await probe(t, { [`${name}_IP_MAX`]: 3 }, routes)
      const [ada, eve] = [await userOf(server, 'ada'), await userOf(server, 'eve')]
      const requests = [post(url), post(url, ada), post(url, eve), post(url, eve), post(url)]
      t.strictSame(await statuses(server, requests), [401, 200, 200, 429, 429])
    })

    t.test(`${name}_USER_MAX holds for a user on every address, in windows of ${name}_USER_WINDOW minutes`, async (t) => {
      const server = await probe(t, { [`${name}_USER_MAX`]: 1, [`${name}_USER_WINDOW`]: 7, TRUST_PROXY: '127.0.0.1' }, routes)
      const ada = await userOf(server, 'ada')
      const from = (address: string) => post(url, { ...ada, 'x-forwarded-for': address })
      t.strictSame(await statuses(server, [from('192.0.2.1'), from('192.0.2.2')]), [200, 429])
      t.strictSame(headersOf(await server.inject(post(url, ada) as object)), ['1', '0', '420', '420'])
    })
  }

  for (const [name, url] of [['LOGIN', '/login'], ['REGISTER', '/register']] as const) {
    t.test(`${name}_MAX holds for an address and no other route`, async (t) => {
      const server = await probe(t, { [`${name}_MAX`]: 2, [`${name}_WINDOW`]: 3 }, routes)
      t.strictSame(await statuses(server, [...times(3, post(url)), { url: '/other' }]), [200, 200, 429, 200])
      const refused = await server.inject(post(url) as object)
      t.strictSame(headersOf(refused), ['2', '0', '180', '180'])
      t.match(refused.json().message, /^Too many/)
    })
  }

  t.test('show in headers when they are nearer than the general one', async (t) => {
    const server = await probe(t, { RATE_LIMIT_MAX: 3, LOGIN_MAX: 2 }, routes)
    t.strictSame(headersOf(await server.inject(post('/login') as object)).slice(0, 2), ['2', '1'])
    await server.inject('/other')
    t.strictSame(headersOf(await server.inject(post('/login') as object)).slice(0, 2), ['3', '0'])
  })
})
