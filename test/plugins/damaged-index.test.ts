import { join } from 'node:path'
import t from 'tap'
import { createAccount } from '../../src/accounts/user-commands.js'
import { buildServer } from '../../src/build-server.js'
import { Sqlite } from '../../src/db/sqlite.js'
import { saveMessage } from '../../src/messages/save.js'
import { signIn, testConfig } from '../helper.js'

t.test('a server starts on a file whose search index cannot be opened: searches are 503, other reads go on', async (t) => {
  const config = { ...testConfig, DATABASE_PATH: join(t.testdir(), 'parley.db') }
  const before = await buildServer({ config })
  await createAccount(before.database.writer, { id: 'ada', email: 'ada@example.test', username: 'ada', name: 'Ada', passwordHash: null, isOpen: true, now: 1 })
  const headers = await signIn(before, 'ada')
  await saveMessage(before.database.writer, { userNo: 1, conversationId: '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10', message: { messageId: 'm', text: 'What to see in Lisbon' }, now: 1 })
  await before.close()
  const sqlite = new Sqlite(config.DATABASE_PATH)
  // Lets a statement write the tables of FTS5.
  sqlite.unsafeMode(true)
  sqlite.exec('DELETE FROM search_config')
  sqlite.close()

  const server = await buildServer({ config })
  t.teardown(() => server.close())
  const statusOf = async (url: string) => (await server.inject({ url, headers })).statusCode
  t.equal(await statusOf('/api/convos'), 200)
  t.equal(await statusOf('/api/convos?search=lisbon'), 503)
  t.equal(await statusOf('/api/messages?search=lisbon'), 503)
  const ready = await server.inject('/readyz')
  t.equal(ready.statusCode, 503)
  t.match(ready.json().detail, /^damaged: /)
})
