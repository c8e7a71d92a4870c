import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { closeSync, copyFileSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { noLimits } from '../no-limits.js'
import { compileInto, type ServerProcess, startServer } from '../server-process.js'
import { Sqlite } from '../../src/db/sqlite.js'

const PAGE = 4096
const account = { email: 'ada@example.test', password: 'correct horse battery staple' }

const folder = t.testdir()
await compileInto(folder)

function environment (name: string) {
  return { PORT: '0', DATABASE_PATH: join(folder, name, 'parley.db'), ...noLimits }
}

/** A client of a server that is signed in. */
async function signIn (url: string) {
  const send = async (method: string, path: string, body?: unknown, token?: string) => {
    const res = await fetch(url + path, {
      method,
      headers: { ...body !== undefined && { 'content-type': 'application/json' }, ...token !== undefined && { authorization: `Bearer ${token}` } },
      ...body !== undefined && { body: JSON.stringify(body) }
    })
    const answer = await res.text()
    return { status: res.status, text: answer, json: () => JSON.parse(answer) }
  }
  await send('POST', '/api/auth/register', account)
  const { token } = (await send('POST', '/api/auth/login', account)).json()
  return {
    token,
    get: (path: string) => send('GET', path, undefined, token),
    post: (path: string, body: unknown) => send('POST', path, body, token),
    remove: (path: string, body?: unknown) => send('DELETE', path, body, token)
  }
}

type Client = Awaited<ReturnType<typeof signIn>>

async function save (client: Client, conversationId: string, texts: string[]) {
  for (const [n, text] of texts.entries()) {
    await client.post(`/api/messages/${conversationId}`, { messageId: `${conversationId}-${n}`, text, isCreatedByUser: true })
  }
}

/** Waits until a condition holds, at most as many seconds. */
async function until (condition: () => boolean | Promise<boolean>, seconds: number) {
  const end = performance.now() + seconds * 1000
  while (!await condition()) {
    if (performance.now() > end) return false
    await wait(500)
  }
  return true
}

/** Lines of a server's log that say how the storage is. */
function troubleLines (server: ServerProcess) {
  const lines: Array<{ trouble?: string, msg: string }> = []
  if (server.child.stdout) {
    createInterface(server.child.stdout).on('line', (line) => {
      const parsed = JSON.parse(line)
      if (parsed.trouble) lines.push(parsed)
    })
  }
  return lines
}

const ids = ['0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10', '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a11']

t.test('a damaged page costs what is on it, and the server says so', async (t) => {
  const env = environment('damage')
  const first = await startServer(t, folder, env)
  const [damaged = '', sound = ''] = ids
  const before = await signIn(first.url)
  // Texts of several pages, so that each conversation has pages of its own.
  await save(before, damaged, Array.from({ length: 20 }, () => 'damaged '.repeat(400)))
  await save(before, sound, Array.from({ length: 20 }, () => 'sound '.repeat(400)))
  t.equal(await first.stop('SIGTERM'), 0)

  const at = readFileSync(env.DATABASE_PATH).lastIndexOf('damaged '.repeat(100))
  const file = openSync(env.DATABASE_PATH, 'r+')
  writeSync(file, Buffer.alloc(PAGE, 0xa5), 0, PAGE, Math.floor(at / PAGE) * PAGE)
  closeSync(file)

  const server = await startServer(t, folder, env)
  const lines = troubleLines(server)
  const client = await signIn(server.url)
  for (let n = 0; n < 3; n++) {
    t.match(await client.get(`/api/messages/${damaged}`), { status: 503 })
    t.match(await client.get(`/api/messages/${sound}`), { status: 200 })
  }
  t.match(await client.get('/readyz'), { status: 503, text: /damaged: database disk image is malformed/ })
  t.match(await client.get('/livez'), { status: 200 })
  t.match(await client.post('/api/convos/update', { conversationId: sound, title: 'New' }), { status: 503, text: /STORAGE_UNAVAILABLE/ })
  t.equal(await server.stop('SIGTERM'), 0)
  t.equal(lines.length, 1, 'logged once')
  t.match(lines[0]?.msg, /parley\.db: database disk image is malformed\. Stop the server, see what is wrong with `parley doctor`/)
})

t.test('a file whose index lacks rows gives no answers at all', async (t) => {
  const env = environment('index')
  const first = await startServer(t, folder, env)
  const [id = ''] = ids
  await save(await signIn(first.url), id, ['Hello'])
  t.equal(await first.stop('SIGTERM'), 0)
  // The next start checks the file after this one was killed.
  const killed = await startServer(t, folder, env)
  await killed.stop('SIGKILL')
  for (const ending of ['-wal', '-shm']) rmSync(env.DATABASE_PATH + ending, { force: true })
  swapRoots(env.DATABASE_PATH, 'conversations_id', 'messages_id')

  const server = await startServer(t, folder, env)
  t.ok(await until(async () => (await (await fetch(`${server.url}/readyz`)).text()).includes('inconsistent: structure of the file: '), 60))
  t.equal((await fetch(`${server.url}/livez`)).status, 200)
  for (const [method, path] of [['GET', `/api/convos/${id}`], ['GET', '/api/convos'], ['GET', '/api/user'], ['POST', '/api/auth/refresh']] as const) {
    t.match(await (await fetch(server.url + path, { method })).json(), { status: 503, code: 'STORAGE_UNAVAILABLE' }, path)
  }
  t.equal(await server.stop('SIGTERM'), 0)

  const doctor = spawn(process.execPath, [join(folder, 'dist/src/cli/main.js'), 'doctor', '--repair'], { env: { PATH: process.env.PATH, ...env } })
  const [said, [code]] = await Promise.all([text(doctor.stdout), once(doctor, 'exit')])
  t.match(said, /structure of the file/)
  t.equal(code, 0)
  const mended = await startServer(t, folder, env)
  const client = await signIn(mended.url)
  t.match(await client.get(`/api/messages/${id}`), { status: 200, text: /Hello/ })
  await mended.stop('SIGTERM')
})

/** Makes the page of one index the page of another, as a disk does that writes to the wrong place. */
function swapRoots (path: string, ...names: [string, string]) {
  const sqlite = new Sqlite(path)
  const [one = 0, two = 0] = names.map((name) => Number(sqlite.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name)))
  sqlite.close()
  const pages = readFileSync(path)
  const page = (number: number) => Buffer.from(pages.subarray((number - 1) * PAGE, number * PAGE))
  const file = openSync(path, 'r+')
  writeSync(file, page(two), 0, PAGE, (one - 1) * PAGE)
  writeSync(file, page(one), 0, PAGE, (two - 1) * PAGE)
  closeSync(file)
}

t.test('deleted text is gone from file and log within a minute, while the server is quiet', async (t) => {
  const env = environment('canary')
  const canary = 'xylophagous'
  const first = await startServer(t, folder, env)
  const before = await signIn(first.url)
  await save(before, ids[0] ?? '', [`One ${canary} beetle`, `Two ${canary} beetles`])
  await before.post('/api/convos/update', { conversationId: ids[0], title: `About ${canary}` })
  await first.stop('SIGTERM')

  const server = await startServer(t, folder, env)
  const client = await signIn(server.url)
  const isThere = () => ['', '-wal'].some((ending) => existsSync(env.DATABASE_PATH + ending) && readFileSync(env.DATABASE_PATH + ending).includes(canary))
  t.ok(isThere())
  t.equal((await client.remove('/api/convos', { conversationId: ids[0] })).status, 201)
  t.ok(await until(() => !isThere(), 60))
  await server.stop('SIGKILL')
})

t.test('the space of deleted conversations goes back to the disk', async (t) => {
  const env = environment('space')
  const server = await startServer(t, folder, env)
  const client = await signIn(server.url)
  for (let n = 0; n < 40; n++) await save(client, `0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2b${10 + n}`, Array.from({ length: 5 }, (_, m) => `${n}-${m}-${'x'.repeat(80_000)}`))
  await until(() => statSync(env.DATABASE_PATH).size > 12_000_000, 40)
  const full = statSync(env.DATABASE_PATH).size
  t.equal((await client.remove('/api/convos/all')).status, 201)
  t.ok(await until(() => statSync(env.DATABASE_PATH).size < full / 2, 60), `${full} became ${statSync(env.DATABASE_PATH).size}`)
  await server.stop('SIGTERM')
})

for (const [what, change] of Object.entries({
  deleted: (path: string) => rmSync(path),
  'deleted with its folder': (path: string) => rmSync(dirname(path), { recursive: true }),
  replaced: (path: string) => {
    copyFileSync(path, `${path}.copy`)
    renameSync(`${path}.copy`, path)
  }
})) {
  t.test(`a file that is ${what} under a running server is noticed`, async (t) => {
    const env = environment(what)
    const server = await startServer(t, folder, env)
    const client = await signIn(server.url)
    change(env.DATABASE_PATH)
    t.ok(await until(async () => (await client.get('/readyz')).text.includes('replaced: the file was deleted or replaced'), 60))
    t.equal((await client.get('/readyz')).status, 503)
    t.match(await client.post('/api/tags', { tag: 'x' }), { status: 503 })
    await server.stop('SIGTERM')
  })
}

/** Starts the server where it cannot start. */
async function failToStart (env: Record<string, string>) {
  const child = spawn(process.execPath, [join(folder, 'dist/src/server.js')], { env: { PATH: process.env.PATH, ...env } })
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { stderr, code }
}

t.test('every failure to start is one line that says what to do', async (t) => {
  const env = environment('starts')
  const server = await startServer(t, folder, env)
  const { port } = new URL(server.url)
  t.match(await failToStart({ ...env, PORT: '0' }), { code: 1, stderr: new RegExp(`^\\S+parley\\.db is in use by process ${server.child.pid} .*\n$`) })
  t.match(await failToStart({ ...environment('other'), PORT: port }), { code: 1, stderr: /^HOST 127\.0\.0\.1, PORT \d+: another program listens there; .*\n$/ })
  t.notOk(existsSync(environment('other').DATABASE_PATH), 'and nothing was made')
  await server.stop('SIGTERM')

  const sqlite = new Sqlite(env.DATABASE_PATH)
  sqlite.pragma('user_version = 99')
  sqlite.close()
  t.match(await failToStart(env), { code: 1, stderr: /^\S+parley\.db was written by a newer version of Parley.*\n$/ })
  t.match(await failToStart({ ...env, DATABASE_PATH: folder }), { code: 1, stderr: /^\S+ is a folder; .*\n$/ })
  t.match(await failToStart({ ...env, DATABASE_PATH: join(folder, 'package.json') }), { code: 1, stderr: /^\S+package\.json is not a SQLite database; .*\n$/ })
})
