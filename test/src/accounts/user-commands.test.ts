import t from 'tap'
import { listUsers } from '../../../src/accounts/administration.js'
import { deleteAccount } from '../../../src/accounts/deletion.js'
import { registrationOpen, setRegistration } from '../../../src/accounts/registration-state.js'
import {
  changeAccess, changeProfile, createAccount, provisionAccount
} from '../../../src/accounts/user-commands.js'
import { accountById, anyAccountByEmail, passwordOfEmail } from '../../../src/accounts/user-queries.js'
import { now, open } from './accounts-database.js'

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
    t.equal(listUsers(reader, { limit: 10 }).users.length, 1)
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
    await deleteAccount(writer, { userNo: ada?.no ?? 0, now })
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
    t.match(passwordOfEmail(reader, 'bob@example.test'), { passwordHash: null })
  })

  t.test('leaves out an address that belongs to somebody else', async (t) => {
    await provision('mallory', 'ada@example.test')
    t.match(accountById(reader, 'mallory'), { email: null })
    t.match(anyAccountByEmail(reader, 'ada@example.test'), { id: 'ada' })
  })

  t.test('leaves a known id as it is', async (t) => {
    await provision('ada', 'new@example.test')
    t.match(accountById(reader, 'ada'), { email: 'ada@example.test', provider: 'local' })
  })
})

t.test('registration', async (t) => {
  const { reader, writer, create } = await open(t)
  t.ok(registrationOpen(reader, false), 'is open while there is no account')
  await create('ada')
  t.strictSame([registrationOpen(reader, false), registrationOpen(reader, true)], [false, true], 'then follows the environment')
  await setRegistration(writer, { isOpen: true })
  t.ok(registrationOpen(reader, false), 'an administrator opens it')
  await setRegistration(writer, { isOpen: false })
  t.notOk(registrationOpen(reader, true), 'and closes it')
  await t.rejects(create('eve', true), { code: 'FORBIDDEN' })
})

t.test('changeProfile', async (t) => {
  const { reader, writer, create } = await open(t)
  const { no: userNo } = await create('ada') ?? { no: 0 }
  await create('eve')

  t.test('changes what is given and leaves the rest', async (t) => {
    t.match(await changeProfile(writer, { userNo, name: 'A', now: now + 1 }), { name: 'A', username: 'ada', email: 'ada@example.test' })
    await changeProfile(writer, { userNo, email: ' New@Example.test ', now: now + 2 })
    t.match(accountById(reader, 'ada'), { name: 'A', username: 'ada', email: 'new@example.test', updatedAt: now + 2 })
  })

  t.test('refuses the address of another account, and takes one\'s own in another case', async (t) => {
    await t.rejects(changeProfile(writer, { userNo, email: 'EVE@example.test', now }), { code: 'CONFLICT', field: 'email' })
    t.match(await changeProfile(writer, { userNo, email: 'NEW@example.test', now }), { email: 'new@example.test' })
  })
})

t.test('the only administrator', async (t) => {
  const { reader, writer, create } = await open(t)
  const { no: ada } = await create('ada') ?? { no: 0 }
  const { no: eve } = await create('eve') ?? { no: 0 }

  t.test('stays one, and stays enabled', async (t) => {
    const refusal = { code: 'CONFLICT' }
    await t.rejects(changeAccess(writer, { userNo: ada, role: 'USER', now }), refusal)
    await t.rejects(changeAccess(writer, { userNo: ada, isDisabled: true, now }), refusal)
    await t.rejects(deleteAccount(writer, { userNo: ada, now, mustLeaveAdmin: true }), refusal)
    t.match(accountById(reader, 'ada'), { role: 'ADMIN' })
  })

  t.test('can go once there is another who is enabled', async (t) => {
    await changeAccess(writer, { userNo: eve, role: 'ADMIN', now })
    await changeAccess(writer, { userNo: ada, role: 'USER', now })
    t.match([accountById(reader, 'ada'), accountById(reader, 'eve')], [{ role: 'USER' }, { role: 'ADMIN' }])
  })
})

t.test('listUsers', async (t) => {
  const { reader, create } = await open(t)
  for (const id of ['ada', 'bob', 'eve']) await create(id)
  const first = listUsers(reader, { limit: 2 })
  t.match(first.users, [{ id: 'ada', disabledAt: null, conversations: 0, bytes: 0 }, { id: 'bob' }])
  const second = listUsers(reader, { limit: 2, cursor: first.nextCursor ?? '' })
  t.match(second, { users: [{ id: 'eve' }], nextCursor: null })
  t.throws(() => listUsers(reader, { limit: 2, cursor: 'x' }), { code: 'INVALID_CURSOR' })
})
