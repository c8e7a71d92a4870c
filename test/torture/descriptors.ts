import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { packageRoot } from '../../src/paths.js'
import { chatgptExport } from '../chatgpt-export.js'
import { exportFormats } from '../../src/formats/export-formats.js'
import { clientOf } from './client.js'
import { environment, type RunningServer, startServer, until } from './program.js'
import type { Trial } from './trial.js'

/** The limit of open files while nothing is withheld. */
const ENOUGH = 4096
/** So many descriptors are left at most while a request is answered: a thread opens about as many files at once. */
const MAX_SPARE = 12

const CONVERSATION = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
const account = { email: 'ada@example.test', password: 'correct horse battery staple' }
const json = { 'content-type': 'application/json' }

interface Sent { method: string, path: string, headers?: Record<string, string>, body?: string }
interface Given { status: number, body: string }

/**
 * Takes away the file descriptors of the server, all or all but a few, while it answers each kind of request. It answers,
 * with 503 where it had to open something, and does everything again once it may open files.
 */
export const descriptors: Trial = {
  counts: { full: 26, small: 4 },
  tools: ['prlimit'],
  async run ({ count, next, folder }) {
    const server = await startServer({ ...environment(join(folder, 'parley.db')), WEB: 'true', DOCS: 'true' }, { log: join(folder, 'log') })
    const anonymous = clientOf(server.url, {})
    await anonymous.send('POST', '/api/auth/register', account)
    const { token } = (await anonymous.send('POST', '/api/auth/login', account)).body as { token: string }
    const headers = { authorization: `Bearer ${token}` }
    await clientOf(server.url, headers).send('POST', `/api/messages/${CONVERSATION}`, { messageId: 'first', text: 'Hello', isCreatedByUser: true })
    const seen = new Map<number, number>()
    for (let n = 0; n < count; n++) {
      const spare = count > MAX_SPARE ? n % (MAX_SPARE + 1) : Math.floor(next() * (MAX_SPARE + 1))
      for (const sent of requestsOf(headers, `short-${n}`)) {
        const { status, body } = await withSpare(server, spare, sent)
        if (status >= 500 && status !== 503 && status !== 507) throw new Error(`With ${spare} descriptors ${sent.method} ${sent.path} was answered with ${status}: ${body}`)
        if (server.ended() !== undefined) throw new Error(`With ${spare} descriptors ${sent.method} ${sent.path} ended the server with ${server.ended()}`)
        seen.set(status, (seen.get(status) ?? 0) + 1)
      }
      await until('ready again', async () => (await fetch(`${server.url}/readyz`)).status === 200)
      await assertWorks(server, headers, n)
    }
    if (await server.end('SIGTERM') !== 0) throw new Error('The server did not stop cleanly')
    const told = [...seen].sort(([a], [b]) => a - b).map(([status, times]) => `${times} × ${status}`).join(', ')
    return `${count} times short of descriptors: ${told}; then everything works again`
  }
}

/** Each kind of request that opens a file or starts a thread, and some that do neither. `name` is in what they make. */
function requestsOf (headers: Record<string, string>, name: string): Sent[] {
  const assets = readdirSync(join(packageRoot, 'dist/web/assets')).filter((file) => /\.(js|css)$/.test(file))
  const post = (path: string, body: object): Sent => ({ method: 'POST', path, headers: { ...headers, ...json }, body: JSON.stringify(body) })
  const get = (path: string, more = {}): Sent => ({ method: 'GET', path, headers: { ...headers, ...more } })
  return [
    ...['/', '/icon.svg', `/assets/${assets[0]}`, '/docs/', '/docs/json', '/docs/static/swagger-ui.css', '/livez', '/readyz', '/api/config'].map((path) => get(path)),
    get(`/assets/${assets[0]}`, { 'accept-encoding': 'br, gzip' }),
    ...['/api/convos', '/api/messages?search=hello', `/api/messages/${CONVERSATION}`, '/api/admin/state'].map((path) => get(path)),
    post('/api/auth/register', { email: `${name}@example.test`, password: account.password }),
    post('/api/auth/login', account),
    post(`/api/messages/${CONVERSATION}`, { messageId: name, text: 'Good day', isCreatedByUser: true }),
    importOf(headers, name),
    ...exportFormats.map((format) => get(`/api/convos/${CONVERSATION}/export?format=${format}`)),
    post('/api/exports', { format: 'html' })
  ]
}

function importOf (headers: Record<string, string>, name: string): Sent {
  const file = chatgptExport([{ id: name, title: name, turns: ['Hello', 'Good day'] }])
  const body = `--x\r\ncontent-disposition: form-data; name="file"; filename="conversations.json"\r\n\r\n${file}\r\n--x--\r\n`
  return { method: 'POST', path: '/api/convos/import', headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' }, body }
}

/** Sends a request on a connection that was open before the server was left with `spare` descriptors. */
async function withSpare ({ url, pid }: RunningServer, spare: number, sent: Sent): Promise<Given> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    await send(url, agent, { method: 'GET', path: '/livez' })
    limitFiles(pid, readdirSync(`/proc/${pid}/fd`).length + spare)
    return await send(url, agent, sent)
  } finally {
    limitFiles(pid, ENOUGH)
    agent.destroy()
  }
}

/** Sets the soft limit, so that it can be raised again without privileges. */
function limitFiles (pid: number, limit: number) {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:`])
}

async function send (url: string, agent: Agent, { method, path, headers = {}, body = '' }: Sent): Promise<Given> {
  return await new Promise((resolve, reject) => {
    const sending = request(url + path, { method, agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (res) => {
      text(res).then((body) => resolve({ status: res.statusCode ?? 0, body }), reject)
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

/** A failure must not be remembered: what was refused works now. */
async function assertWorks ({ url }: RunningServer, headers: Record<string, string>, n: number) {
  const agent = new Agent()
  for (const sent of requestsOf(headers, `enough-${n}`)) {
    const { status, body } = await send(url, agent, sent)
    // An export that was accepted may still be under way.
    if (status >= 300 && status !== 409) throw new Error(`With enough descriptors ${sent.method} ${sent.path} was answered with ${status}: ${body}`)
  }
  await until('the export is over', async () => {
    const { body } = await send(url, agent, { method: 'GET', path: '/api/exports', headers })
    const { exports }: { exports: Array<{ state: string, error?: { code: string } }> } = JSON.parse(body)
    const [last] = exports
    if (last?.error && last.error.code !== 'STORAGE_UNAVAILABLE') throw new Error(`The export failed with ${last.error.code}`)
    return last?.state === 'done' || last?.state === 'failed'
  })
}
