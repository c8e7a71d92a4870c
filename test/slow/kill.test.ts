import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, mkdirSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { openReader } from '../../src/db/open.js'
import { compileInto, startServer } from '../server-process.js'

const CLIENTS = 32
const WRITING = 10_000
/** Longest a stop may take, in milliseconds, whatever clients do. */
const STOP = 12_000

const folder = t.testdir({
  // Writes the 99th percentile of the event loop's delay, in milliseconds, to a file, as a killed process cannot tell it.
  'loop-delay.mjs': `
    import { writeFileSync } from 'node:fs'
    import { monitorEventLoopDelay } from 'node:perf_hooks'
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    setInterval(() => writeFileSync(process.env.LOOP_DELAY_FILE, String(delay.percentile(99) / 1e6)), 500).unref()
    setTimeout(() => delay.reset(), 2000).unref()`
})
await compileInto(folder)

function environment (name: string) {
  const plenty = '1000000'
  return { PORT: '0', DATABASE_PATH: join(folder, name, 'parley.db'), LOOP_DELAY_FILE: join(folder, 'loop-delay'), RATE_LIMIT_MAX: plenty }
}

/** Registers, unless that was done before, and signs in. */
async function signIn (url: string) {
  const account = { email: 'ada@example.test', password: 'correct horse battery staple' }
  await post(`${url}/api/auth/register`, account)
  const { token } = JSON.parse((await post(`${url}/api/auth/login`, account)).text)
  return { authorization: `Bearer ${token}` }
}

async function post (url: string, body: unknown, headers: Record<string, string> = {}) {
  const res = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } })
  return { status: res.status, text: await res.text() }
}

async function get (url: string, headers: Record<string, string>) {
  const res = await fetch(url, { headers })
  return JSON.parse(await res.text())
}

t.test('a kill while 32 clients write loses nothing that was acknowledged', async (t) => {
  const env = environment('writes')
  const server = await startServer(t, folder, env, ['--import', join(folder, 'loop-delay.mjs')])
  const headers = await signIn(server.url)
  const until = performance.now() + WRITING

  /** What one client was told is saved: the messages of its conversation, and its last title. */
  async function write (i: number) {
    const saved = { conversationId: randomUUID(), texts: new Map<string, string>(), title: '' }
    const { conversationId } = saved
    try {
      for (let n = 0; performance.now() < until + 5000; n++) {
        const [messageId, text] = [`${i}-${n}`, randomUUID()]
        const message = await post(`${server.url}/api/messages/${conversationId}`, { messageId, text, isCreatedByUser: true }, headers)
        if (message.status === 201) saved.texts.set(messageId, text)
        if (n % 10 > 0) continue
        const title = `Title ${n}`
        const renamed = await post(`${server.url}/api/convos/update`, { arg: { conversationId, title } }, headers)
        if (renamed.status === 201) saved.title = title
      }
    } catch {
      // The kill cut this request off: whether it was saved is open.
    }
    return saved
  }

  const writing = Promise.all(Array.from({ length: CLIENTS }, (_, i) => write(i)))
  await wait(WRITING)
  t.equal(await server.stop('SIGKILL'), 'SIGKILL')
  const saved = await writing
  const acknowledged = saved.reduce((sum, { texts }) => sum + texts.size, 0)
  t.ok(saved.every(({ texts, title }) => texts.size > 10 && title !== ''), 'every client got through')
  t.comment(`${acknowledged} messages acknowledged; event-loop delay p99 ${readFileSync(env.LOOP_DELAY_FILE, 'utf8')} ms`)

  const again = await startServer(t, folder, env)
  const lost: string[] = []
  for (const { conversationId, texts, title } of saved) {
    const messages: Array<{ messageId: string, text: string }> = await get(`${again.url}/api/messages/${conversationId}`, headers)
    const found = new Map(messages.map(({ messageId, text }) => [messageId, text]))
    lost.push(...[...texts].filter(([messageId, text]) => found.get(messageId) !== text).map(([messageId]) => messageId))
    const conversation = await get(`${again.url}/api/convos/${conversationId}`, headers)
    t.ok(Number(conversation.title.slice(6)) >= Number(title.slice(6)), `${conversation.title} is ${title} or the one after`)
  }
  t.strictSame(lost, [])
  t.equal(await again.stop('SIGTERM'), 0)
})

/** A ChatGPT export of about 20 MB. */
function largeExport () {
  const text = 'All work and no play makes Jack a dull boy. '.repeat(40)
  return JSON.stringify(Array.from({ length: 1000 }, (_, c) => ({
    id: `c${c}`,
    title: `Conversation ${c}`,
    create_time: 1_700_000_000 + c,
    mapping: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`n${n}`, {
      id: `n${n}`,
      parent: n === 0 ? null : `n${n - 1}`,
      children: n === 9 ? [] : [`n${n + 1}`],
      message: {
        id: `m${c}-${n}`, author: { role: n % 2 ? 'assistant' : 'user' }, create_time: 1_700_000_000 + n, content: { content_type: 'text', parts: [text] }
      }
    }]))
  })))
}

t.test('a kill in the middle of an import leaves nothing of it', async (t) => {
  const env = environment('import')
  const uploads = `${env.DATABASE_PATH}-uploads`
  const file = largeExport()
  const server = await startServer(t, folder, env)
  const headers = await signIn(server.url)

  async function upload (url: string) {
    const form = new FormData()
    form.set('file', new Blob([file]), 'conversations.json')
    const res = await fetch(`${url}/api/convos/import`, { method: 'POST', headers, body: form })
    return JSON.parse(await res.text())
  }

  /** What is in the tables, seen or not. */
  function count () {
    const { $client: sqlite } = openReader(env.DATABASE_PATH)
    const rows = (sql: string) => Number(sqlite.prepare(sql).pluck().get())
    const counts = {
      conversations: rows('SELECT count(*) FROM conversations'),
      messages: rows('SELECT count(*) FROM messages'),
      partitions: rows('SELECT count(*) FROM partitions WHERE state <> \'live\''),
      live: rows('SELECT count(*) FROM conversations WHERE partition_no IN (SELECT no FROM partitions WHERE state = \'live\')')
    }
    sqlite.close()
    return counts
  }

  const cutOff = upload(server.url).catch(() => null)
  while (count().messages < 1000) await wait(2)
  t.equal(await server.stop('SIGKILL'), 'SIGKILL')
  t.equal(await cutOff, null, 'the kill came before the answer')
  t.match(count(), { live: 0, partitions: 1 })
  t.ok(count().conversations > 0, 'and in the middle of it')
  t.ok((await readdir(uploads)).length > 0)

  const again = await startServer(t, folder, env)
  const list = `${again.url}/api/convos?limit=100`
  t.strictSame((await get(list, headers)).conversations, [])
  t.strictSame(await readdir(uploads), [])
  const deadline = performance.now() + 20_000
  while (count().partitions > 0 && performance.now() < deadline) await wait(50)
  t.strictSame(count(), { conversations: 0, messages: 0, partitions: 0, live: 0 })

  t.match(await upload(again.url), { imported: 1000, messages: 10_000, failed: 0 })
  t.equal((await get(list, headers)).conversations.length, 100)
  t.equal(await again.stop('SIGTERM'), 0)
})

t.test('a stop', async (t) => {
  t.jobs = 2
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    t.test(`by ${signal} is clean and in time, whatever clients leave unfinished`, { buffered: true }, async (t) => {
      const env = environment(signal)
      const server = await startServer(t, folder, env)
      const { port } = new URL(server.url)
      for (const begun of ['', 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\n', 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{']) {
        const socket = connect(Number(port), '127.0.0.1')
        socket.on('error', () => { /* The server hangs up in the end. */ })
        t.teardown(() => { socket.destroy() })
        await once(socket, 'connect')
        socket.write(begun)
      }
      t.equal((await fetch(`${server.url}/readyz`)).status, 200)
      const start = performance.now()
      t.equal(await server.stop(signal), 0)
      t.ok(performance.now() - start < STOP)
      t.notOk(existsSync(`${env.DATABASE_PATH}-wal`), 'and everything is in the one file')
    })
  }
})

t.test('a start with no settings but a port makes what it needs, for its owner only', async (t) => {
  const server = await startServer(t, folder, { PORT: '0' })
  t.equal((await fetch(`${server.url}/readyz`)).status, 200)
  const mode = (name: string) => statSync(join(folder, 'data', name)).mode & 0o777
  t.equal(mode('jwt-secret'), 0o600)
  t.equal(mode('parley.db'), 0o600)
  const { authorization } = await signIn(server.url)
  t.equal(await server.stop('SIGTERM'), 0)

  const again = await startServer(t, folder, { PORT: '0' })
  t.equal((await fetch(`${again.url}/api/user`, { headers: { authorization } })).status, 200, 'and the next start knows its tokens')
  t.equal(await again.stop('SIGINT'), 0)
})

t.test('a start that fails says why and ends', async (t) => {
  const secret = { JWT_SECRET: 'a'.repeat(40) }
  await t.rejects(startServer(t, folder, { ...environment('refused'), ...secret }), { message: 'The server ended with 1' })
  mkdirSync(join(folder, 'foreign'))
  writeFileSync(join(folder, 'foreign/parley.db'), 'This is not a database at all. '.repeat(99))
  await t.rejects(startServer(t, folder, environment('foreign')), { message: 'The server ended with 1' })
})
