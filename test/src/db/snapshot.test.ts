import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { cachedAccount } from '../../../src/accounts/session-queries.js'
import { accountById } from '../../../src/accounts/user-queries.js'
import * as commandModule from '../../../src/commands.js'
import { inSnapshot } from '../../../src/db/snapshot.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import { Sqlite } from '../../../src/db/sqlite.js'

const account = (id: string) => ({
  id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen: true, now: 1
})

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

async function open (t: Test) {
  const path = join(t.testdir(), 'parley.db')
  const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  return { path, ...database, create: (id: string) => createAccount(database.writer, account(id)) }
}

t.test('a snapshot', async (t) => {
  const { path, reader, writer, create } = await open(t)
  const find = (id: string) => inSnapshot(reader, () => accountById(reader, id)?.id)
  await create('ada')

  t.test('is shared by what is read in one turn of the event loop', async (t) => {
    t.equal(find('ada'), 'ada')
    t.ok(reader.$client.inTransaction)
    const other = new Sqlite(path)
    other.exec("UPDATE users SET disabled_at = 1 WHERE id = 'ada'")
    t.equal(find('ada'), 'ada', 'whatever another process writes meanwhile')
    await nextTurn()
    t.notOk(reader.$client.inTransaction)
    t.equal(find('ada'), undefined)
    other.exec('UPDATE users SET disabled_at = NULL')
    other.close()
  })

  t.test('never hides a write that was answered', async (t) => {
    const ids = Array.from({ length: 50 }, (_, n) => `user ${n}`)
    await Promise.all(ids.map(async (id) => {
      t.equal(find(id), undefined)
      await create(id)
      t.equal(accountById(reader, id)?.id, id, 'to a query outside of it')
      t.equal(find(id), id, 'to one inside')
    }))
  })

  t.test('inside of another sees what that one sees', async (t) => {
    const created = create('late')
    const before = writer.commits()
    const seen = inSnapshot(reader, () => {
      const first = accountById(reader, 'late')
      // The writer is a thread of its own, so it gets on while this one waits.
      const deadline = performance.now() + 10_000
      while (writer.commits() === before && performance.now() < deadline);
      t.not(writer.commits(), before, 'the commit is counted')
      return [first, find('late') ?? null, cachedAccount(reader, 'late')]
    })
    t.strictSame(seen, [null, null, null])
    t.equal(cachedAccount(reader, 'late')?.id, 'late', 'which is not remembered beyond it')
    await created
  })

  t.test('may have been ended by SQLite itself', async (t) => {
    inSnapshot(reader, () => reader.$client.exec('ROLLBACK'))
    t.equal(find('ada'), 'ada', 'each query for itself then')
    await nextTurn()
    t.equal(find('ada'), 'ada')
    t.ok(reader.$client.inTransaction)
  })

  t.test('is not left open by what throws in it', async (t) => {
    t.throws(() => inSnapshot(reader, () => { throw new Error('Oh') }), /Oh/)
    await nextTurn()
    t.notOk(reader.$client.inTransaction)
  })
})

t.test('a database closes in the middle of a snapshot', async (t) => {
  const database = await openDatabase(join(t.testdir(), 'parley.db'), commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  inSnapshot(database.reader, () => accountById(database.reader, 'ada'))
  await database.close()
  await nextTurn()
  t.notOk(database.reader.$client.open)
})

t.test('what is known until a commit', async (t) => {
  const { path, reader, create } = await open(t)
  t.equal(cachedAccount(reader, 'ada'), null)
  await create('ada')
  const ada = cachedAccount(reader, 'ada')
  t.match(ada, { id: 'ada', email: 'ada@example.test' })
  t.equal(cachedAccount(reader, 'ada'), ada, 'is not read again')
  await create('bob')
  t.not(cachedAccount(reader, 'ada'), ada, 'is read again after any')
  t.strictSame(cachedAccount(reader, 'ada'), ada)

  t.test('and soon after a change by another process', async (t) => {
    t.equal(cachedAccount(reader, 'bob')?.id, 'bob')
    const other = new Sqlite(path)
    other.exec("UPDATE users SET disabled_at = 1 WHERE id = 'bob'")
    other.close()
    while (cachedAccount(reader, 'bob')) await new Promise((resolve) => setTimeout(resolve, 50))
    t.equal(cachedAccount(reader, 'bob'), null)
    t.equal(cachedAccount(reader, 'ada')?.id, 'ada')
  })
})

t.test('on a connection that writes, too, a snapshot ends with what is read in it', async (t) => {
  const database = await openDatabase(':memory:', commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  t.equal(inSnapshot(database.reader, () => database.reader.$client.inTransaction), true)
  inSnapshot(database.reader, () => database.reader.$client.exec('ROLLBACK'))
  t.notOk(database.reader.$client.inTransaction)
  t.equal(cachedAccount(database.reader, 'ada'), null)
  await createAccount(database.writer, account('ada'))
  t.equal(cachedAccount(database.reader, 'ada')?.id, 'ada')
})

t.test('a writer that cannot open its file says so', async (t) => {
  await t.rejects(openDatabase(t.testdir({ 'parley.db': 'this is no database'.repeat(100) }) + '/parley.db', commandModule, () => {}, SHORT_COMMAND_LIMITS), /not a database/)
})
