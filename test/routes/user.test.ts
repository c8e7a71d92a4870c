import t, { type Test } from 'tap'
import { createSession } from '../../src/accounts/session-commands.js'
import { buildServer } from '../../src/build-server.js'
import { build, testConfig } from '../helper.js'

t.test('GET /api/user', async (t) => {
  const { server, as } = await build(t)

  t.test('tells who is signed in', async (t) => {
    const res = await server.inject({ url: '/api/user', headers: await as('ada') })
    t.equal(res.statusCode, 200)
    const { createdAt, updatedAt, ...user } = res.json()
    t.equal(new Date(createdAt).toISOString(), createdAt)
    t.equal(updatedAt, createdAt)
    t.strictSame(user, {
      usage: { conversations: 0, bytes: 0, maxConversations: null, maxBytes: null },
      _id: 'ada',
      id: 'ada',
      name: 'ada',
      username: 'ada',
      email: 'ada@example.test',
      avatar: '',
      provider: 'local',
      role: 'ADMIN'
    })
  })

  t.test('is never stored by browsers, and says how to sign in otherwise', async (t) => {
    const res = await server.inject('/api/user')
    t.match([res.statusCode, res.json().code], [401, 'UNAUTHENTICATED'])
    t.equal(res.headers['cache-control'], 'no-store')
    t.equal(res.headers['x-content-type-options'], 'nosniff')
    t.match(res.headers['content-security-policy'], 'frame-ancestors \'none\'')
  })
})

t.test('DELETE /api/user/delete', async (t) => {
  const { server, as } = await build(t)
  const { $client: sqlite } = server.database.reader
  const remove = (headers: Record<string, string>) => server.inject({ method: 'DELETE', url: '/api/user/delete', headers })
  const count = (table: string) => sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get()

  t.test('needs a user', async (t) => {
    t.equal((await remove({})).statusCode, 401)
  })

  t.test('removes the account and all it owns, and nothing of anybody else', async (t) => {
    const [ada, eve] = [await as('ada'), await as('eve')]
    const conversations = ['0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10', '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a11']
    for (const [i, headers] of [ada, eve].entries()) {
      const saved = await server.inject({
        method: 'POST',
        url: `/api/messages/${conversations[i]}`,
        headers,
        payload: { messageId: `m${i}`, text: 'Hello', sender: 'User', isCreatedByUser: true }
      })
      t.equal(saved.statusCode, 201)
      const tagged = await server.inject({ method: 'POST', url: '/api/tags', headers, payload: { tag: 'work' } })
      t.equal(tagged.statusCode, 200)
    }
    await createSession(server.database.writer, {
      id: 's1', userNo: 1, tokenHash: 'h', userAgent: '', now: Date.now(), expiresAt: Date.now() + 60_000
    })

    const res = await remove(ada)
    t.strictSame([res.statusCode, res.json()], [200, { message: 'User deleted', deleted: { conversations: 1, messages: 1 } }])
    t.match(res.cookies, [{ name: 'refreshToken', value: '' }])
    t.equal((await remove(ada)).statusCode, 401)
    t.equal((await server.inject({ url: '/api/user', headers: eve })).statusCode, 200)

    await server.housekeeping.idle()
    t.strictSame(
      ['users', 'sessions', 'refresh_tokens', 'tags', 'conversations', 'messages', 'partitions'].map(count), [1, 1, 1, 1, 1, 1, 1])
    t.equal((await server.inject({ url: `/api/convos/${conversations[1]}`, headers: eve })).statusCode, 200)
  })

  t.test('the same name can sign up again and finds nothing', async (t) => {
    const again = await as('ada')
    t.match((await server.inject({ url: '/api/convos', headers: again })).json(), { conversations: [], nextCursor: null })
  })
})

/** A server with an account that has a password, and a way to ask as its owner. */
async function openWithPassword (t: Test) {
  const { server, as } = await build(t)
  await as('root')
  const ada = { email: 'ada@example.com', password: 'correct horse' }
  server.database.reader.$client.exec('INSERT INTO server_settings VALUES (\'registration\', \'open\')')
  await server.inject({ method: 'POST', url: '/api/auth/register', payload: ada })
  const signIn = (password = ada.password) => server.inject({ method: 'POST', url: '/api/auth/login', payload: { ...ada, password } })
  const ask = (token: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) => server.inject({
    method, url: `/api/user${path}`, headers: { authorization: `Bearer ${token}` }, ...(payload && { payload })
  })
  /** Makes all sessions older than five minutes. */
  const age = () => server.database.reader.$client.exec('UPDATE sessions SET created_at = created_at - 300001')
  return { server, signIn, ask, age }
}

t.test('POST /api/user/password', async (t) => {
  const { signIn, ask, age } = await openWithPassword(t)
  const { token } = (await signIn()).json()
  const other = (await signIn()).json().token
  age()

  for (const [payload, status, field] of [
    [{ new: 'another pass phrase' }, 403, 'current'],
    [{ current: 'wrong horse', new: 'another pass phrase' }, 403, 'current'],
    [{ current: 'correct horse', new: 'ada@example.com' }, 400, 'new'],
    [{ current: 'correct horse', new: 'short' }, 400, 'new'],
    [{ current: 'correct horse', new: 'password1' }, 400, 'new']
  ] as const) {
    t.test(`refuses ${JSON.stringify(payload)}`, async (t) => {
      t.match((await ask(token, 'POST', '/password', payload)).json(), { status, errors: [{ field }] })
    })
  }

  t.test('ends all other sessions and their access tokens, and keeps this one', async (t) => {
    t.equal((await ask(token, 'POST', '/password', { current: 'correct horse', new: 'another pass phrase' })).statusCode, 200)
    t.strictSame([(await ask(token, 'GET', '')).statusCode, (await ask(other, 'GET', '')).statusCode], [200, 401])
    t.strictSame([(await signIn()).statusCode, (await signIn('another pass phrase')).statusCode], [401, 200])
  })

  t.test('needs no password within five minutes of signing in', async (t) => {
    const { token } = (await signIn('another pass phrase')).json()
    t.equal((await ask(token, 'POST', '/password', { new: 'a third pass phrase' })).statusCode, 200)
  })
})

t.test('PATCH /api/user', async (t) => {
  const { signIn, ask, age } = await openWithPassword(t)
  const { token } = (await signIn()).json()
  age()

  t.test('changes names', async (t) => {
    t.match((await ask(token, 'PATCH', '', { name: 'A', username: 'lovelace' })).json(), { name: 'A', username: 'lovelace', email: 'ada@example.com' })
    t.match((await ask(token, 'GET', '')).json(), { name: 'A', username: 'lovelace' })
  })

  t.test('changes the e-mail address with the password only', async (t) => {
    const email = 'countess@example.com'
    t.match((await ask(token, 'PATCH', '', { email })).json(), { status: 403, errors: [{ field: 'password' }] })
    t.match((await ask(token, 'PATCH', '', { email, password: 'wrong horse' })).json(), { status: 403, errors: [{ field: 'password' }] })
    t.match((await ask(token, 'PATCH', '', { email: 'root@example.test', password: 'correct horse' })).json(), { status: 409, errors: [{ field: 'email' }] })
    t.match((await ask(token, 'PATCH', '', { email, password: 'correct horse' })).json(), { email })
  })

  t.test('changes no role', async (t) => {
    const { role } = (await ask(token, 'GET', '')).json()
    await ask(token, 'PATCH', '', { role: role === 'ADMIN' ? 'USER' : 'ADMIN', name: 'A' })
    t.equal((await ask(token, 'GET', '')).json().role, role)
  })

  for (const payload of [{}, { name: '' }, { name: 5 }, { email: 'nobody' }]) {
    t.test(`refuses ${JSON.stringify(payload)}`, async (t) => {
      t.equal((await ask(token, 'PATCH', '', payload)).statusCode, 400)
    })
  }
})

t.test('an account is deleted by its owner only', async (t) => {
  const { signIn, ask, age } = await openWithPassword(t)
  const { token } = (await signIn()).json()
  age()
  t.match((await ask(token, 'DELETE', '/delete')).json(), { status: 403, errors: [{ field: 'password' }] })
  t.equal((await ask(token, 'DELETE', '/delete', { password: 'wrong horse' })).statusCode, 403)
  t.match((await ask(token, 'DELETE', '/delete', { password: 'correct horse' })).json(), { deleted: { conversations: 0, messages: 0 } })
  t.equal((await ask(token, 'GET', '')).statusCode, 401)
})

t.test('no password, token, key or link is in a log line or in the answer to a failure', async (t) => {
  const lines: string[] = []
  const server = await buildServer({ config: testConfig, logger: { level: 'trace', stream: { write: (line) => { lines.push(line) } } } })
  t.teardown(() => server.close())
  const ada = { email: 'ada@example.com', password: 'correct horse' }
  const post = (url: string, payload: object, headers = {}) => server.inject({ method: 'POST', url, payload, headers })
  await post('/api/auth/register', ada)
  const login = await post('/api/auth/login', ada)
  const headers = { authorization: `Bearer ${login.json().token}` }
  const { key } = (await post('/api/keys', { name: 'x', scopes: ['read'] }, headers)).json()
  const link = (await post(`/api/admin/users/${login.json().user.id}/password-link`, {}, headers)).json().token
  const secrets = [ada.password, login.json().token, key, link, ...login.cookies.map(({ value }) => value)]
  const failures = [
    await post('/api/auth/register', { ...ada, role: 'x' }),
    await post('/api/auth/login', { ...ada, email: 'eve@example.com' }),
    await post('/api/user/password', { current: 'wrong', new: ada.password, extra: key }, headers),
    await post('/api/tags', { tag: 'x' }, { 'x-api-key': key }),
    await post('/api/auth/password-link', { token: link, password: 'short' })
  ]
  server.database.reader.$client.exec('ALTER TABLE users RENAME TO lost')
  for (const path of ['login', 'password-link']) failures.push(await post(`/api/auth/${path}`, { ...ada, token: link }))
  failures.push(await server.inject({ url: '/api/user', headers: { 'x-api-key': key } }), await server.inject({ url: '/api/user', headers }))
  t.ok(failures.some(({ statusCode }) => statusCode === 500))
  for (const secret of secrets) {
    t.notOk(lines.some((line) => line.includes(secret)))
    for (const { statusCode, body } of failures) t.notOk(statusCode < 400 || body.includes(secret))
  }
})
