import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { makeKey } from '../../src/accounts/keys.js'
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

t.test('a file whose index lacks rows is not read, under whatever address', async (t) => {
  const config = { ...testConfig, DATABASE_PATH: join(t.testdir(), 'parley.db'), MCP: true }
  const before = await buildServer({ config })
  await createAccount(before.database.writer, { id: 'ada', email: 'ada@example.test', username: 'ada', name: 'Ada', passwordHash: null, isOpen: true, now: 1 })
  const { text: key } = await makeKey(before.database, 1, { name: 'assistant', scopes: ['read'], expiresAt: null }, 1)
  await saveMessage(before.database.writer, { userNo: 1, conversationId: '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10', message: { messageId: 'm', text: 'Lisbon' }, now: 1 })
  await before.close()
  const sqlite = new Sqlite(config.DATABASE_PATH)
  sqlite.unsafeMode(true)
  // Without its condition the index should have every conversation.
  sqlite.exec('PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = substr(sql, 1, instr(sql, \' WHERE \')) WHERE name = \'conversations_forked\'')
  sqlite.close()

  const server = await buildServer({ config, hasCrashed: true })
  t.teardown(() => server.close())
  while (server.condition.current() === null) await setTimeout(10)
  t.match(server.condition.current(), { trouble: 'inconsistent' })
  const headers = { authorization: `Bearer ${key}`, host: 'localhost', accept: 'application/json, text/event-stream' }
  for (const url of ['/api/convos', '/%61pi/convos', '/api/convos/']) {
    t.match((await server.inject({ url, headers })).json(), { status: 503, code: 'STORAGE_UNAVAILABLE' }, url)
  }
  const called = await server.inject({ method: 'POST', url: '/mcp', headers, payload: { jsonrpc: '2.0', id: 1, method: 'ping' } })
  t.match(called.json(), { status: 503, code: 'STORAGE_UNAVAILABLE' })
  t.equal((await server.inject('/livez')).statusCode, 200)
})
