import { randomUUID } from 'node:crypto'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { clientOf, patientFetch } from './client.js'
import { environment, type RunningServer, startServer, until } from './program.js'
import { someText, type Trial } from './trial.js'

const PAGE_BYTES = 4096
const CONVERSATIONS = 30
const MESSAGES = 6

/** How the log says that the check of the file is over. */
const IS_CHECKED = /The file is sound|The check of the file has found faults|The check after a crash failed/

/** Ways to damage a file. */
const damages: Array<(file: Buffer, next: () => number) => Buffer> = [
  (file, next) => {
    const at = Math.floor(next() * file.length)
    file.writeUInt8(file.readUInt8(at) ^ (1 << Math.floor(next() * 8)), at)
    return file
  },
  (file, next) => file.fill(0, ...pageOf(file, next)),
  (file, next) => {
    const [from, to] = pageOf(file, next)
    for (let at = from; at < to; at++) file.writeUInt8(Math.floor(next() * 256), at)
    return file
  },
  (file, next) => {
    const [[a], [b]] = [pageOf(file, next), pageOf(file, next)]
    const page = Buffer.from(file.subarray(a, a + PAGE_BYTES))
    file.copy(file, a, b, b + PAGE_BYTES)
    page.copy(file, b)
    return file
  },
  (file, next) => {
    const from = Math.floor(next() * (file.length - 16))
    for (let at = from; at < from + 16; at++) file.writeUInt8(Math.floor(next() * 256), at)
    return file
  },
  (file, next) => file.subarray(0, pageOf(file, next)[0])
]

function pageOf (file: Buffer, next: () => number): [from: number, to: number] {
  const from = Math.floor(next() * file.length / PAGE_BYTES) * PAGE_BYTES
  return [from, from + PAGE_BYTES]
}

/**
 * Damages a file at random and starts the server on it, as after a crash. It starts or says in one line why not; it never
 * ends by itself; and where SQLite's quick check sees the damage each answer is right, or 503.
 */
export const damage: Trial = {
  counts: { full: 200, small: 12 },
  async run ({ count, next, folder }) {
    const [path, sound, log] = [join(folder, 'parley.db'), join(folder, 'sound.db'), join(folder, 'log')]
    const env = { ...environment(path), JWT_SECRET: randomUUID() + randomUUID() }
    const headers = await fillFile(env, log, next)
    copyFileSync(path, sound)
    const first = await startServer(env, { log })
    const requests = await requestsOf(first, headers)
    const right = await answersTo(first, headers, requests)
    // The next start finds the lock of a process that was killed, and checks the file.
    await first.end('SIGKILL')

    const seen = { refused: 0, noticed: 0, invisible: 0, invisibleAndWrong: 0 }
    for (let n = 0; n < count; n++) {
      const damaged = damages[n % damages.length]?.(readFileSync(sound), next) ?? Buffer.alloc(0)
      for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true })
      writeFileSync(path, damaged)
      const isVisible = !isSound(path)
      const begun = readFileSync(log).length
      const server = await startServer(env, { log }).catch((error: Error) => error)
      if (server instanceof Error) {
        if (!/ended with 1: [^\n]+\n?$/.test(server.message)) throw new Error(`Damage ${n} did not end the start in one line`, { cause: server })
        seen.refused++
        continue
      }
      await until('the file is checked', () => IS_CHECKED.test(readFileSync(log, 'utf8').slice(begun)))
      const given = await answersTo(server, headers, requests)
      const wrong = requests.filter((_, i) => given[i] !== right[i] && !given[i]?.startsWith('503'))
      if (server.ended() !== undefined) throw new Error(`Damage ${n} ended the server with ${server.ended()}`)
      if ((await fetch(`${server.url}/livez`)).status !== 200) throw new Error(`After damage ${n} /livez is not 200`)
      await server.end('SIGKILL')
      if (isVisible) seen.noticed++
      else if (wrong.length > 0) seen.invisibleAndWrong++
      else seen.invisible++
      if (isVisible && wrong.length > 0) {
        copyFileSync(path, join(folder, `wrong-${n}.db`))
        throw new Error(`Damage ${n} is seen by the quick check, and ${wrong.length} answers are wrong: ${wrong.slice(0, 3).join(', ')}`)
      }
    }
    return `${count} damages: ${seen.refused} refused at the start, ${seen.noticed} with right answers or 503, ` +
      `${seen.invisible + seen.invisibleAndWrong} that no check sees, of which ${seen.invisibleAndWrong} changed an answer; no crash`
  }
}

/** Fills a database and closes it. Returns the headers of its user. */
async function fillFile (env: Record<string, string>, log: string, next: () => number): Promise<Record<string, string>> {
  const server = await startServer(env, { log })
  const account = { email: 'ada@example.test', password: 'correct horse battery staple' }
  const anonymous = clientOf(server.url, {})
  await anonymous.send('POST', '/api/auth/register', account)
  const { token } = (await anonymous.send('POST', '/api/auth/login', account)).body as { token: string }
  const headers = { authorization: `Bearer ${token}` }
  const client = clientOf(server.url, headers)
  for (let c = 0; c < CONVERSATIONS; c++) {
    const id = randomUUID()
    for (let m = 0; m < MESSAGES; m++) {
      await client.send('POST', `/api/messages/${id}`, { messageId: `${c}-${m}`, text: someText(next, 120), isCreatedByUser: true })
    }
    await client.send('POST', '/api/convos/update', { conversationId: id, title: someText(next, 4) })
    await client.send('PUT', `/api/tags/convo/${id}`, { tags: [`tag ${c % 3}`] })
  }
  if (await server.end('SIGTERM') !== 0) throw new Error('The server did not stop cleanly')
  return headers
}

async function requestsOf ({ url }: RunningServer, headers: Record<string, string>): Promise<string[]> {
  const { body } = await clientOf(url, headers).send('GET', '/api/convos?limit=100')
  const ids = (body as { conversations: Array<{ conversationId: string }> }).conversations.map(({ conversationId }) => conversationId)
  if (ids.length !== CONVERSATIONS) throw new Error(`The list has ${ids.length} conversations`)
  return [
    '/api/convos?limit=100', '/api/convos?limit=100&sortBy=title&sortDirection=asc', '/api/convos?limit=100&tags=tag%201', '/api/tags', '/api/user',
    '/api/convos?search=time%20year', '/api/messages?search=%22way%20day%22', ...ids.flatMap((id) => [`/api/convos/${id}`, `/api/messages/${id}`])
  ]
}

/** Status and text of each answer. */
function answersTo ({ url }: RunningServer, headers: Record<string, string>, requests: string[]): Promise<string[]> {
  return Promise.all(requests.map(async (path) => {
    const { status, text } = await patientFetch(url + path, { headers })
    return `${status} ${text}`
  }))
}

function isSound (path: string): boolean {
  try {
    const sqlite = new Sqlite(path, { readonly: true })
    try {
      return sqlite.pragma('quick_check', { simple: true }) === 'ok'
    } finally {
      sqlite.close()
    }
  } catch {
    return false
  }
}
