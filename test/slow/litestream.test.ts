import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { openReader } from '../../src/db/open.js'
import { examine } from '../../src/maintenance/doctor.js'
import { chatgptExport } from '../chatgpt-export.js'
import { compileInto, startServer } from '../server-process.js'
import { importFile, newAccount, openDoors, titlesOf } from './import-client.js'

/** Installed for this test only: npm cannot lock a package whose other platforms are not in the registry. */
const PACKAGE = `@flydotio/litestream-${process.platform}-${process.arch}`

const WRITERS = 8
const MESSAGES = 50
const IMPORTED = 60

/** Litestream copies each second; it gets a few of them after the last write. */
const CAUGHT_UP_MS = 5000

/** A stop that waits for a reader takes as long as the busy timeout of a connection, 5 s. */
const STOP_MS = 4000

const folder = t.testdir({ litestream: { 'package.json': '{ "private": true }' } })
await compileInto(folder)
await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--prefix', join(folder, 'litestream'), `${PACKAGE}@1.0.1`])
// The wrapper that the package has beside it would survive its own end.
const program = join(folder, 'litestream/node_modules', PACKAGE, 'litestream')

/** Replicates a database into a folder until it is killed. */
async function replicate (t: Test, path: string, replica: string): Promise<ChildProcess> {
  const child = spawn(program, ['replicate', path, `file://${replica}`], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  while (!existsSync(join(replica, 'generations'))) {
    if (child.exitCode !== null) throw new Error(`Litestream ended with ${child.exitCode}`)
    await wait(100)
  }
  return child
}

t.test('what was acknowledged during writes and an import is restored from a replica after both were killed', async (t) => {
  const path = join(folder, 'replicated/parley.db')
  const [replica, restored] = [join(folder, 'replica'), join(folder, 'restored.db')]
  const server = await startServer(t, folder, { ...openDoors, DATABASE_PATH: path })
  const litestream = await replicate(t, path, replica)
  const [ada, bob] = [await newAccount(server.url, 'ada'), await newAccount(server.url, 'bob')]
  const history = chatgptExport(Array.from({ length: IMPORTED }, (_, c) => ({ id: `c${c}`, title: `Imported ${c}`, turns: ['Hello', 'Good day'] })))

  const acknowledged: string[] = []
  const writing = Array.from({ length: WRITERS }, async () => {
    const conversationId = randomUUID()
    for (let n = 0; n < MESSAGES; n++) {
      const messageId = randomUUID()
      const res = await fetch(`${server.url}/api/messages/${conversationId}`, {
        method: 'POST',
        headers: { ...ada, 'content-type': 'application/json' },
        body: JSON.stringify({ messageId, text: `Message ${n}`, isCreatedByUser: true })
      })
      if (res.status === 201) acknowledged.push(messageId)
    }
  })
  const [imported] = await Promise.all([importFile(server.url, bob, history), ...writing])
  t.match(imported, { status: 201, report: { imported: IMPORTED } })
  t.equal(acknowledged.length, WRITERS * MESSAGES)

  await wait(CAUGHT_UP_MS)
  litestream.kill('SIGKILL')
  await server.stop('SIGKILL')
  await promisify(execFile)(program, ['restore', '-o', restored, `file://${replica}`])

  const db = openReader(restored)
  const stored = new Set(db.$client.prepare<[], string>('SELECT message_id FROM messages').pluck().all())
  db.$client.close()
  t.strictSame(acknowledged.filter((id) => !stored.has(id)), [], 'every message is there')
  t.strictSame(examine(restored, false).faults, [], 'and the file is sound, its search index too')

  const again = await startServer(t, folder, { ...openDoors, DATABASE_PATH: restored })
  const credentials = await newAccount(again.url, 'bob')
  t.equal((await titlesOf(again.url, credentials)).length, IMPORTED, 'a server runs on it')
  t.equal(await again.stop('SIGTERM'), 0)
})

t.test('a stop does not wait for a program that reads the file', async (t) => {
  const path = join(folder, 'stopped/parley.db')
  const server = await startServer(t, folder, { ...openDoors, DATABASE_PATH: path })
  const litestream = await replicate(t, path, join(folder, 'replica-of-stopped'))
  await newAccount(server.url, 'ada')
  const begun = performance.now()
  t.equal(await server.stop('SIGTERM'), 0)
  const took = performance.now() - begun
  t.ok(took < STOP_MS, `it took ${Math.round(took)} ms`)
  t.ok(statSync(path).size > 0)
  litestream.kill('SIGKILL')
  await once(litestream, 'exit')
})
