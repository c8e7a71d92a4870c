import { openAsBlob, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { packageRoot, threadFile } from '../../src/paths.js'
import { compileInto, startServer } from '../server-process.js'

const folder = t.testdir()
await compileInto(folder)
const log = join(folder, 'outgoing')
const preload = ['--import', threadFile(import.meta.url, './outgoing-log').href]
const json = { 'content-type': 'application/json' }

/** Uses a server as a person does, and returns what it looked up and connected to. */
async function outgoingOf (t: Test, settings: Record<string, string>) {
  writeFileSync(log, '')
  const { url, stop } = await startServer(t, folder, { DATABASE_PATH: join(t.testdir(), 'parley.db'), PORT: '0', OUTGOING_LOG: log, METRICS: 'true', ...settings }, preload)
  const ada = { email: 'ada@example.test', password: 'correct horse battery staple' }
  await fetch(`${url}/api/auth/register`, { method: 'POST', headers: json, body: JSON.stringify({ name: 'Ada', ...ada }) })
  const { token } = JSON.parse(await (await fetch(`${url}/api/auth/login`, { method: 'POST', headers: json, body: JSON.stringify(ada) })).text())
  const headers = { authorization: `Bearer ${token}` }
  const form = new FormData()
  form.set('file', await openAsBlob(join(packageRoot, 'test/fixtures/imports/chatgpt/lisbon.json')), 'conversations.json')
  t.equal((await fetch(`${url}/api/convos/import`, { method: 'POST', headers, body: form })).status, 201)

  const conversationId = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
  await fetch(`${url}/api/messages/${conversationId}`, {
    method: 'POST', headers: { ...headers, ...json }, body: JSON.stringify({ messageId: 'm1', text: 'See https://example.com/picture.png', isCreatedByUser: true })
  })
  for (const path of [`/api/convos/gen_title/${conversationId}`, '/api/convos?search=lisbon', '/api/messages?search=castle', `/api/messages/${conversationId}`, '/', '/docs', '/readyz', '/metrics']) {
    t.ok((await fetch(url + path, { headers })).status < 500, path)
  }
  // Timers of the first seconds have run by then.
  await setTimeout(3000)
  t.equal(await stop('SIGTERM'), 0)
  return readFileSync(log, 'utf8').split('\n').filter(Boolean)
}

t.test('nothing leaves the server', async (t) => {
  t.strictSame(await outgoingOf(t, {}), [])
})

t.test('a model that makes titles is asked when a setting names it, and the record shows it', async (t) => {
  const lines = await outgoingOf(t, { TITLE_PROVIDER: 'openai', OPENAI_BASE_URL: 'http://model.invalid/v1' })
  t.ok(lines.includes('lookup model.invalid'))
  t.strictSame(lines.filter((line) => line.startsWith('lookup') && line !== 'lookup model.invalid'), [])
})
