import { randomUUID } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { version } from '../../src/version.js'
import { build } from '../helper.js'

const { server, as } = await build(t)
const root = await as('root')
const eve = await as('eve')
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const ask = (method: Method, path: string, payload?: object, headers = root) =>
  server.inject({ method, url: `/api/admin/${path}`, headers, ...(payload && { payload }) })

t.test('lists accounts with what they take up, a page at a time', async (t) => {
  const conversationId = randomUUID()
  const text = 'twenty bytes of text'
  await server.inject({ method: 'POST', url: `/api/messages/${conversationId}`, headers: eve, payload: { messageId: 'm1', text, isCreatedByUser: true } })
  const first = (await ask('GET', 'users?limit=1')).json()
  t.match(first.users, [{ id: 'root', role: 'ADMIN', isDisabled: false, conversations: 0, bytes: 0 }])
  const second = (await ask('GET', `users?limit=1&cursor=${first.nextCursor}`)).json()
  t.match(second, { users: [{ id: 'eve', role: 'USER', conversations: 1 }], nextCursor: null })
  const stored = server.database.reader.$client.prepare('SELECT sum(length(body)) FROM messages').pluck().get()
  t.equal(second.users[0].bytes, stored)

  await server.inject({ method: 'DELETE', url: '/api/convos/all', headers: eve })
  await server.housekeeping.idle()
  t.match((await ask('GET', `users?limit=1&cursor=${first.nextCursor}`)).json().users, [{ conversations: 0, bytes: 0 }])
  t.equal((await ask('GET', 'users?cursor=x')).statusCode, 400)
})

t.test('disables an account, which is out at once, and enables it', async (t) => {
  const bob = await as('bob')
  const status = async () => (await server.inject({ url: '/api/user', headers: bob })).statusCode
  t.match((await ask('PATCH', 'users/bob', { isDisabled: true })).json(), { id: 'bob', isDisabled: true })
  t.equal(await status(), 401)
  t.match((await ask('PATCH', 'users/bob', { isDisabled: false })).json(), { isDisabled: false })
  t.equal((await ask('PATCH', 'users/nobody', { isDisabled: true })).statusCode, 404)
  t.equal((await ask('PATCH', 'users/bob', {})).statusCode, 400)
})

t.test('makes administrators, and keeps one', async (t) => {
  const zoe = await as('zoe')
  t.equal((await ask('GET', 'users', undefined, zoe)).statusCode, 403)
  t.equal((await ask('PATCH', 'users/zoe', { role: 'ADMIN' })).statusCode, 200)
  t.equal((await ask('GET', 'users', undefined, zoe)).statusCode, 200)
  t.equal((await ask('PATCH', 'users/zoe', { role: 'USER' })).statusCode, 200)
  t.match((await ask('PATCH', 'users/root', { role: 'USER' })).json(), { status: 409, code: 'CONFLICT' })
  t.match((await ask('DELETE', 'users/root')).json(), { status: 409, message: /Make another account an administrator first/ })
})

t.test('changes role and access together, or neither', async (t) => {
  await as('uma')
  t.match((await ask('PATCH', 'users/uma', { role: 'ADMIN', isDisabled: true })).json(), { role: 'ADMIN', isDisabled: true })
  t.match((await ask('PATCH', 'users/uma', { role: 'USER', isDisabled: false })).json(), { role: 'USER', isDisabled: false })
  const rootRow = async () => (await ask('GET', 'users?limit=1')).json().users[0]
  const before = await rootRow()
  t.equal((await ask('PATCH', 'users/root', { role: 'ADMIN', isDisabled: true })).statusCode, 409)
  t.strictSame(await rootRow(), before)
})

t.test('deletes an account', async (t) => {
  const tom = await as('tom')
  t.match((await ask('DELETE', 'users/tom')).json(), { deleted: { conversations: 0, messages: 0 } })
  t.equal((await server.inject({ url: '/api/user', headers: tom })).statusCode, 401)
})

t.test('makes a link by which somebody sets a new password, once', async (t) => {
  const ann = await as('ann')
  const made = await ask('POST', 'users/ann/password-link')
  t.equal(made.statusCode, 201)
  const { token, path, expiresAt } = made.json()
  t.equal(path, `/password#${token}`)
  const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000
  t.ok(minutes > 59 && minutes <= 60)
  t.notMatch(JSON.stringify(server.database.reader.$client.prepare('SELECT * FROM password_links').all()), token)

  const use = (payload: object) => server.inject({ method: 'POST', url: '/api/auth/password-link', payload })
  const password = 'a pass phrase of my own'
  t.match((await use({ token, password: 'ann@example.test' })).json(), { status: 400, errors: [{ field: 'password' }] })
  t.equal((await use({ token, password })).statusCode, 200)
  t.match((await use({ token, password })).json(), { status: 401, code: 'UNAUTHENTICATED' })
  t.equal((await server.inject({ url: '/api/user', headers: ann })).statusCode, 401, 'her sessions have ended')
  const login = await server.inject({ method: 'POST', url: '/api/auth/login', payload: { email: 'ann@example.test', password } })
  t.equal(login.statusCode, 200)
})

t.test('opens and closes registration at run time', async (t) => {
  const register = async (name: string) => (await server.inject({
    method: 'POST', url: '/api/auth/register', payload: { email: `${name}@example.test`, password: 'a pass phrase of my own' }
  })).statusCode
  const offered = async () => (await server.inject('/api/config')).json().registrationEnabled
  t.strictSame([(await ask('GET', 'registration')).json(), await offered(), await register('new1')], [{ isOpen: false }, false, 403])
  t.strictSame((await ask('PUT', 'registration', { isOpen: true })).json(), { isOpen: true })
  t.strictSame([await offered(), await register('new1')], [true, 200])
  await ask('PUT', 'registration', { isOpen: false })
  t.strictSame([await offered(), await register('new2')], [false, 403])
})

t.test('tells how the server is', async (t) => {
  const state = (await ask('GET', 'state')).json()
  t.match(state, { version, trouble: null, storage: null, backup: { everySeconds: null, last: null }, check: { last: null } })
  t.equal(state.usage.users, (await ask('GET', 'users?limit=100')).json().users.length)
  t.ok(Date.parse(state.startedAt) < Date.now())
  t.equal((await ask('GET', 'state', undefined, eve)).statusCode, 403)
})

t.test('tells sizes, the last backup, and what is wrong with the file', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'parley.db')
  const { server, as } = await build(t, { DATABASE_PATH: path, BACKUP_DIR: join(folder, 'backups'), BACKUP_EVERY: '90m' })
  const headers = await as('root')
  const state = async () => (await server.inject({ url: '/api/admin/state', headers })).json()
  t.match(await state(), { trouble: null, storage: { databaseBytes: statSync(path).size }, usage: { users: 1, conversations: 0, bytes: 0 } })
  const { storage } = await state()
  t.ok(storage.logBytes > 0 && storage.freeBytes > 0 && storage.reservedBytes > 0)

  // The first backup is made at the start.
  while ((await state()).backup.last === null) await wait(50)
  const { backup } = await state()
  t.match(backup, { everySeconds: 5400, last: { bytes: statSync(backup.last.path).size } })
  t.ok(Date.now() - Date.parse(backup.last.madeAt) < 60_000)

  rmSync(path)
  server.monitor.look()
  t.match(await state(), { trouble: { kind: 'replaced', reason: /deleted or replaced/, advice: /^Stop the server/ }, storage: null, usage: { users: 1 } })
})

t.test('a start in the hour of the nightly check makes the backup that is due, too', async (t) => {
  const folder = t.testdir()
  mock.timers.enable({ apis: ['Date'], now: new Date(2026, 5, 15, 3, 30) })
  t.teardown(() => mock.timers.reset())
  const { server } = await build(t, { DATABASE_PATH: join(folder, 'parley.db'), BACKUP_DIR: join(folder, 'backups') })
  while ((await server.maintenance.state()).backup.last === null) await wait(50)
  t.match(await server.maintenance.state(), { check: { last: { faults: 0 } } })
})
