import t, { type Test } from 'tap'
import { createAccount, deleteAccount, provisionAccount, setAccountDisabled, setPassword } from '../../../src/accounts/commands.js'
import { accountByEmail, accountById, credentialsOf, listAccounts, registrationOpen } from '../../../src/accounts/queries.js'
import { createSession, endSession, rotateRefreshToken } from '../../../src/accounts/session-commands.js'
import { refreshTokenHash } from '../../../src/accounts/tokens.js'
import * as commandModule from '../../../src/commands.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

const now = Date.parse('2026-01-02T10:00:00Z')
const WEEK = 604_800_000

async function open (t: Test) {
  const database = await openDatabase(':memory:', commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  const create = (id: string, isOpen = true) => createAccount(database.writer, {
    id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen, now
  })
  const count = (table: string) => database.reader.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  return { ...database, create, count }
}

t.test('createAccount', async (t) => {
  t.test('makes the first account the administrator and the others users', async (t) => {
    const { create } = await open(t)
    t.match(await create('ada'), { no: 1, id: 'ada', role: 'ADMIN', provider: 'local', createdAt: now, updatedAt: now })
    t.match(await create('eve'), { no: 2, id: 'eve', role: 'USER' })
  })

  t.test('lets only one of two racing first registrations through', async (t) => {
    const { reader, create } = await open(t)
    t.ok(registrationOpen(reader, false))
    const [first, second] = await Promise.allSettled([create('ada', false), create('eve', false)])
    t.equal(first.status, 'fulfilled')
    t.match(second, { status: 'rejected', reason: { code: 'FORBIDDEN' } })
    t.notOk(registrationOpen(reader, false))
    t.equal(listAccounts(reader).length, 1)
  })

  t.test('leaves an account alone whose address or id is asked for again, whatever its case', async (t) => {
    const { reader, writer, create } = await open(t)
    const ada = await create('ada')
    const again = { id: 'x', email: ' ADA@Example.TEST ', username: '', name: 'Eve', passwordHash: 'h', isOpen: true, now: now + 1 }
    t.equal(await createAccount(writer, again), null)
    t.equal(await createAccount(writer, { ...again, id: 'ada', email: 'other@example.test' }), null)
    t.strictSame(accountById(reader, 'ada'), ada)
    t.equal(accountById(reader, 'x'), null)
  })

  t.test('never gives a number twice', async (t) => {
    const { writer, create } = await open(t)
    const ada = await create('ada')
    await deleteAccount(writer, { userNo: ada?.no ?? 0 })
    t.match(await create('ada'), { no: 2, role: 'ADMIN' })
  })

  t.test('refuses when the numbers have run out', async (t) => {
    const { reader, writer, create } = await open(t)
    await create('ada')
    reader.$client.exec('UPDATE sqlite_sequence SET seq = 1048575 WHERE name = \'users\'')
    await t.rejects(create('eve'), { code: 'LIMIT_REACHED' })
    await t.rejects(provisionAccount(writer, { id: 'bob', email: null, username: '', provider: 'local', now }), { code: 'LIMIT_REACHED' })
  })
})

t.test('provisionAccount', async (t) => {
  const { reader, writer, create } = await open(t)
  const provision = (id: string, email: string | null) =>
    provisionAccount(writer, { id, email, username: 'Bob', provider: 'openid', now })
  await create('ada')

  t.test('creates a user without a password', async (t) => {
    await provision('bob', 'Bob@example.test')
    t.match(accountById(reader, 'bob'), { email: 'bob@example.test', username: 'Bob', name: 'Bob', provider: 'openid', role: 'USER' })
    t.match(credentialsOf(reader, 'bob@example.test'), { passwordHash: null })
  })

  t.test('leaves out an address that belongs to somebody else', async (t) => {
    await provision('mallory', 'ada@example.test')
    t.match(accountById(reader, 'mallory'), { email: null })
    t.match(accountByEmail(reader, 'ada@example.test'), { id: 'ada' })
  })

  t.test('leaves a known id as it is', async (t) => {
    await provision('ada', 'new@example.test')
    t.match(accountById(reader, 'ada'), { email: 'ada@example.test', provider: 'local' })
  })
})

t.test('sessions', async (t) => {
  const hash = (n: number) => refreshTokenHash(`token ${n}`)

  async function openWithSession (t: Test) {
    const parts = await open(t)
    const { no: userNo } = await parts.create('ada') ?? { no: 0 }
    await createSession(parts.writer, { id: 's1', userNo, tokenHash: hash(1), now, expiresAt: now + WEEK })
    const rotate = (from: number, to: number, at = now) =>
      rotateRefreshToken(parts.writer, { hash: hash(from), nextHash: hash(to), now: at })
    return { ...parts, userNo, rotate }
  }

  t.test('a token is good once and its successor after it, until the session\'s own end', async (t) => {
    const { rotate } = await openWithSession(t)
    t.match(await rotate(1, 2, now + 5), { account: { id: 'ada' }, expiresAt: now + WEEK })
    t.match(await rotate(2, 3, now + WEEK - 1), { account: { id: 'ada' }, expiresAt: now + WEEK })
    t.equal(await rotate(3, 4, now + WEEK), null)
  })

  t.test('using a spent token ends the session for its successors too', async (t) => {
    const { rotate, count } = await openWithSession(t)
    await rotate(1, 2)
    t.equal(await rotate(1, 3), null)
    t.equal(await rotate(2, 4), null)
    t.strictSame([count('sessions'), count('refresh_tokens')], [0, 0])
  })

  t.test('an unknown token changes nothing', async (t) => {
    const { rotate, count } = await openWithSession(t)
    t.equal(await rotate(9, 10), null)
    t.equal(count('sessions'), 1)
  })

  t.test('signing out ends only the session of that token', async (t) => {
    const { writer, userNo, rotate, count } = await openWithSession(t)
    await createSession(writer, { id: 's2', userNo, tokenHash: hash(11), now, expiresAt: now + WEEK })
    await endSession(writer, { hash: hash(1) })
    await endSession(writer, { hash: hash(99) })
    t.equal(await rotate(1, 2), null)
    t.ok(await rotate(11, 12))
    t.equal(count('sessions'), 1)
  })

  t.test('a new one clears away those that are over', async (t) => {
    const { writer, userNo, count } = await openWithSession(t)
    await createSession(writer, { id: 's2', userNo, tokenHash: hash(2), now: now + WEEK, expiresAt: now + 2 * WEEK })
    t.strictSame([count('sessions'), count('refresh_tokens')], [1, 1])
  })

  t.test('only the hash of a token is stored', async (t) => {
    const { reader } = await openWithSession(t)
    t.strictSame(reader.$client.prepare('SELECT hash FROM refresh_tokens').pluck().all(), [hash(1)])
    t.match(hash(1), /^[0-9a-f]{64}$/)
  })

  t.test('disabling an account shuts it out until it is let in again', async (t) => {
    const { reader, writer, userNo, rotate } = await openWithSession(t)
    await setAccountDisabled(writer, { userNo, isDisabled: true, now })
    t.equal(accountById(reader, 'ada'), null)
    t.match(accountByEmail(reader, 'ada@example.test'), { isDisabled: true })
    t.equal(await rotate(1, 2), null)
    await t.rejects(
      createSession(writer, { id: 's2', userNo, tokenHash: hash(3), now, expiresAt: now + WEEK }), { code: 'UNAUTHENTICATED' })
    await setAccountDisabled(writer, { userNo, isDisabled: false, now })
    t.match(accountById(reader, 'ada'), { id: 'ada' })
    t.match(listAccounts(reader), [{ id: 'ada', isDisabled: false }])
  })

  t.test('a new password ends every session', async (t) => {
    const { reader, writer, userNo, rotate } = await openWithSession(t)
    await setPassword(writer, { userNo, passwordHash: 'new', now })
    t.match(credentialsOf(reader, 'ada@example.test'), { passwordHash: 'new' })
    t.equal(await rotate(1, 2), null)
  })
})
