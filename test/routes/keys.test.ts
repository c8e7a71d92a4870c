import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { isKeyText } from '../../src/accounts/key-text.js'
import { build } from '../helper.js'

const { server, as } = await build(t)
const ada = await as('ada')
const eve = await as('eve')
const make = (payload: object, headers = ada) => server.inject({ method: 'POST', url: '/api/keys', headers, payload })
const list = async (headers = ada) => (await server.inject({ url: '/api/keys', headers })).json().keys
const whoAmI = (headers: Record<string, string>) => server.inject({ url: '/api/user', headers })

/** What `read` gives once it is something else: uses are written down after the answer. */
async function changed <T> (read: () => Promise<T>, before: T): Promise<T> {
  for (let n = 0; n < 100; n++) {
    const now = await read()
    if (now !== before) return now
    await setTimeout(10)
  }
  return before
}

t.test('a key is shown once and stored as its hash', async (t) => {
  const res = await make({ name: 'backup', scopes: ['read', 'read', 'export'] })
  t.equal(res.statusCode, 201)
  const { key, ...rest } = res.json()
  t.match(key, /^parley_[0-9A-Za-z]{49}$/)
  t.ok(isKeyText(key))
  t.match(rest, { name: 'backup', scopes: ['read', 'export'], lastFour: key.slice(-4), expiresAt: null, lastUsedAt: null })
  t.strictSame(await list(), [rest])
  t.strictSame(await list(eve), [])
  const stored = JSON.stringify(server.database.reader.$client.prepare('SELECT * FROM api_keys').all())
  t.notMatch(stored, key.slice(0, 20))
})

t.test('a key works in both headers, whatever the case of the scheme', async (t) => {
  const { key } = (await make({ name: 'reader', scopes: ['read'] })).json()
  for (const headers of [{ authorization: `Bearer ${key}` }, { authorization: `bearer ${key}` }, { 'x-api-key': key }]) {
    t.match((await whoAmI(headers)).json(), { id: 'ada' })
  }
})

t.test('the use of a key is written down at most once an hour', async (t) => {
  const { key, id } = (await make({ name: 'used', scopes: ['read'] })).json()
  const uses = async () => (await list()).find((listed: { id: string }) => listed.id === id).lastUsedAt
  await whoAmI({ 'x-api-key': key })
  const first = await changed(uses, null)
  t.match(first, /Z$/)
  await whoAmI({ 'x-api-key': key })
  t.equal(await uses(), first)
  server.database.reader.$client.prepare('UPDATE api_keys SET last_used_at = last_used_at - 3600001 WHERE id = ?').run(id)
  const before = await uses()
  await whoAmI({ 'x-api-key': key })
  t.not(await changed(uses, before), before)
})

t.test('a key that is deleted is out at the next request', async (t) => {
  const { key, id } = (await make({ name: 'short', scopes: ['read'] })).json()
  const remove = () => server.inject({ method: 'DELETE', url: `/api/keys/${id}`, headers: ada })
  t.equal((await remove()).statusCode, 204)
  t.match((await whoAmI({ 'x-api-key': key })).json(), { status: 401, detail: 'The API key is not valid' })
  t.equal((await remove()).statusCode, 404)
})

t.test('a key without the scope is told which one', async (t) => {
  const { key } = (await make({ name: 'reader', scopes: ['read'] })).json()
  const res = await server.inject({ method: 'POST', url: '/api/tags', headers: { 'x-api-key': key }, payload: { tag: 'x' } })
  t.match(res.json(), { status: 403, code: 'FORBIDDEN', detail: 'This API key does not have the scope write' })
  t.equal(res.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="write"')
})

t.test('each key has a rate budget of its own', async (t) => {
  const { server, as } = await build(t, { RATE_LIMIT_MAX: 4 })
  const headers = await as('ada')
  const keys = []
  for (const name of ['one', 'two']) {
    keys.push((await server.inject({ method: 'POST', url: '/api/keys', headers, payload: { name, scopes: ['read'] } })).json().key)
  }
  const [one = '', two = ''] = keys
  const statuses = []
  for (const key of [one, one, one, one, one, two]) {
    statuses.push((await server.inject({ url: '/api/user', headers: { 'x-api-key': key } })).statusCode)
  }
  t.strictSame(statuses, [200, 200, 200, 200, 429, 200])
})

const refused: Array<[object, number, string]> = [
  [{ scopes: ['read'] }, 400, 'name'],
  [{ name: '', scopes: ['read'] }, 400, 'name'],
  [{ name: 'x', scopes: [] }, 400, 'scopes'],
  [{ name: 'x', scopes: ['root'] }, 400, 'scopes.0'],
  [{ name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00.000Z' }, 400, 'expiresAt'],
  [{ name: 'x', scopes: ['read'], expiresAt: 'soon' }, 400, 'expiresAt'],
  [{ name: 'x', scopes: ['read'], expiresAt: '2100-12-31T23:59:60Z' }, 400, 'expiresAt']
]
for (const [payload, status, field] of refused) {
  t.test(`refuses ${JSON.stringify(payload)} because of ${field}`, async (t) => {
    t.match((await make(payload)).json(), { status, errors: [{ field }] })
  })
}

t.test('only administrators make keys with the scope admin', async (t) => {
  t.match((await make({ name: 'x', scopes: ['admin'] }, eve)).json(), { status: 403, errors: [{ field: 'scopes' }] })
  t.equal((await make({ name: 'x', scopes: ['admin'] })).statusCode, 201)
})

t.test('a text that only looks like a key', async (t) => {
  const { key } = (await make({ name: 'x', scopes: ['read'] })).json()
  for (let at = 'parley_'.length; at < key.length; at++) {
    const other = key.slice(0, at) + (key[at] === 'a' ? 'b' : 'a') + key.slice(at + 1)
    if (isKeyText(other)) t.fail(`the check digits miss a typo at ${at}`)
  }
  t.notOk(isKeyText(`${key}x`))
  t.notOk(isKeyText(key.replace('parley_', 'PARLEY_')))
})
