import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import t from 'tap'
import { knownAccounts } from '../../../src/accounts/known-accounts.js'
import { openStorage } from '../../../src/writer/storage.js'

const account = (id: string) => ({
  id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen: true, now: 1
})

t.test('an account is known as it is after each commit', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const storage = await openStorage(path, (error) => { throw error })
  t.teardown(() => storage.close())
  const accountOf = knownAccounts(storage)
  t.equal(accountOf('ada'), null, 'nobody yet, which is not remembered')
  await storage.writer.run('createAccount', account('ada'))
  const ada = accountOf('ada')
  t.match(ada, { id: 'ada', email: 'ada@example.test' })
  t.equal(accountOf('ada'), ada, 'is not read again')
  await storage.writer.run('createAccount', account('bob'))
  t.not(accountOf('ada'), ada, 'is read again after any commit')
  t.strictSame(accountOf('ada'), ada)

  t.test('and soon after a change by another process', async (t) => {
    t.equal(accountOf('bob')?.id, 'bob')
    const other = new Sqlite(path)
    other.exec("UPDATE users SET disabled_at = 1 WHERE id = 'bob'")
    other.close()
    while (accountOf('bob')) await new Promise((resolve) => setTimeout(resolve, 50))
    t.equal(accountOf('bob'), null)
    t.equal(accountOf('ada')?.id, 'ada')
  })
})

t.test('a writer that cannot open its file says so', async (t) => {
  await t.rejects(openStorage(t.testdir({ 'parley.db': 'this is no database'.repeat(100) }) + '/parley.db', () => {}), /not a database/)
})
