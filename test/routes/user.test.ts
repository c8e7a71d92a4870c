import t from 'tap'
import { createSession } from '../../src/accounts/session-commands.js'
import { build } from '../helper.js'

t.test('GET /api/user', async (t) => {
  const { server, as } = await build(t)

  t.test('tells who is signed in', async (t) => {
    const res = await server.inject({ url: '/api/user', headers: await as('ada') })
    t.equal(res.statusCode, 200)
    const { createdAt, updatedAt, ...user } = res.json()
    t.equal(new Date(createdAt).toISOString(), createdAt)
    t.equal(updatedAt, createdAt)
    t.strictSame(user, {
      _id: 'ada', id: 'ada', name: 'ada', username: 'ada', email: 'ada@example.test', avatar: '', provider: 'local', role: 'ADMIN'
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
      id: 's1', userNo: 1, tokenHash: 'h', now: Date.now(), expiresAt: Date.now() + 60_000
    })

    const res = await remove(ada)
    t.strictSame([res.statusCode, res.json()], [200, { message: 'User deleted' }])
    t.match(res.cookies, [{ name: 'refreshToken', value: '' }])
    t.equal((await remove(ada)).statusCode, 401)
    t.equal((await server.inject({ url: '/api/user', headers: eve })).statusCode, 200)

    await server.housekeeping.idle()
    t.strictSame(
      ['users', 'sessions', 'refresh_tokens', 'tags', 'conversations', 'messages', 'partitions'].map(count), [1, 0, 0, 1, 1, 1, 1])
    t.equal((await server.inject({ url: `/api/convos/${conversations[1]}`, headers: eve })).statusCode, 200)
  })

  t.test('the same name can sign up again and finds nothing', async (t) => {
    const again = await as('ada')
    t.match((await server.inject({ url: '/api/convos', headers: again })).json(), { conversations: [], nextCursor: null })
  })
})
