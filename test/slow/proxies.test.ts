import { execFile } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { packageRoot } from '../../src/paths.js'
import { chatgptExport } from '../chatgpt-export.js'
import { multipart } from '../multipart.js'
import { noLimits } from '../no-limits.js'
import { startServer } from '../server-process.js'
import { clientOf, LIBRECHAT_NAME, PARLEY_NAME, startCaddy, startNginx, type StartProxy } from './proxy.js'

/* What Parley promises behind a proxy, with the examples of deploy/ as they stand. */

await promisify(execFile)(process.execPath, [join(packageRoot, 'scripts/build-if-changed.js')])

/** Sign-ins that an address may try. */
const LOGIN_MAX = 3

const json = { 'content-type': 'application/json' }
const ada = { email: 'ada@example.test', password: 'correct horse battery staple' }

async function setUp (t: Test, startProxy: StartProxy, file: string, name: string, settings: Record<string, string> = {}) {
  const folder = t.testdir({ proxy: {} })
  const server = await startServer(t, packageRoot, {
    ...noLimits, LOGIN_MAX: String(LOGIN_MAX), TRUST_PROXY: '127.0.0.1', PORT: '0', DATABASE_PATH: join(folder, 'parley.db'), ...settings
  })
  const send = clientOf(await startProxy(t, join(folder, 'proxy'), file, new URL(server.url).port), name)
  const login = (account: object, more: { from?: string, headers?: Record<string, string> } = {}) =>
    send('/api/auth/login', { method: 'POST', body: JSON.stringify(account), ...more, headers: { ...json, ...more.headers } })
  await read(await send('/api/auth/register', { method: 'POST', headers: json, body: JSON.stringify({ name: 'Ada', ...ada }) }))
  return { send, login }
}

async function read (response: IncomingMessage) {
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

/** A file of at least this many bytes, as a browser uploads it. */
function upload (bytes: number) {
  const turn = 'A long line about nothing much. '.repeat(32)
  const chats = Array.from({ length: Math.ceil(bytes / (4 * turn.length)) }, (_, n) => ({ id: `chat-${n}`, turns: [turn, turn, turn, turn] }))
  return multipart([{ content: chatgptExport(chats) }])
}

/** nginx takes 1 MiB by default. */
const LARGE = upload(8 * 2 ** 20)

/** How often each upload is refused. A connection that breaks under an upload does not break each time. */
const REFUSALS = 5

/** Takes much longer to import than a request takes. */
const SLOW = upload(48 * 2 ** 20)

for (const [program, startProxy, file] of [['nginx', startNginx, 'nginx.conf'], ['caddy', startCaddy, 'Caddyfile']] as const) {
  t.test(`deploy/${file} brings the page, sign-in and large uploads through ${program}`, async (t) => {
    const { send, login } = await setUp(t, startProxy, file, PARLEY_NAME)
    t.match(await read(await send('/')), { status: 200, headers: { 'content-type': /html/, 'strict-transport-security': String }, body: /<html/ })

    const signedIn = await read(await login(ada))
    t.equal(signedIn.status, 200)
    const cookies = signedIn.headers['set-cookie'] ?? []
    t.equal(cookies.length, 2)
    for (const cookie of cookies) t.match(cookie, /; Secure/i)
    const cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ')
    const refreshed = await read(await send('/api/auth/refresh', { method: 'POST', headers: { cookie } }))
    t.equal(refreshed.status, 200)
    const { token }: { token: string } = JSON.parse(refreshed.body)

    const authorized = { authorization: `Bearer ${token}`, ...LARGE.headers }
    const imported = await read(await send('/api/convos/import', { method: 'POST', headers: authorized, body: LARGE.body }))
    t.equal(imported.status, 201, imported.body.slice(0, 200))
    t.match(await read(await send('/api/convos?search=nothing&limit=1', { headers: { authorization: `Bearer ${token}` } })), { status: 200, body: /Chat chat-/ })
  })

  // Caddy resets a connection whose client is still sending half a second after the answer, so a client of it can lose the answer.
  if (program === 'nginx') {
    t.test(`deploy/${file} brings the answer to a large upload that is refused through ${program}`, async (t) => {
      const taken = 2 * REFUSALS
      const { send, login } = await setUp(t, startProxy, file, PARLEY_NAME, { CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: '1000000', IMPORT_USER_MAX: String(taken) })
      const { token } = JSON.parse((await read(await login(ada))).body)
      const signedIn = { authorization: `Bearer ${token}`, ...LARGE.headers }
      // Those of the signed-in user count, and so the last are too many.
      const refusals: Array<[status: number, headers: Record<string, string>]> = [
        [401, LARGE.headers], [413, signedIn], [415, { ...signedIn, 'content-type': 'text/plain' }], [429, signedIn]
      ]
      for (const [status, headers] of refusals) {
        for (let n = 0; n < REFUSALS; n++) {
          const { body, ...answer } = await read(await send('/api/convos/import', { method: 'POST', headers, body: LARGE.body }))
          t.match(answer, { status, headers: { 'content-type': /^application\/problem\+json/ } }, body)
          t.equal(JSON.parse(body).status, status)
        }
      }
    })
  }

  t.test(`deploy/${file} passes the events of an import as they come through ${program}`, async (t) => {
    const { send, login } = await setUp(t, startProxy, file, PARLEY_NAME)
    const { token } = JSON.parse((await read(await login(ada))).body)
    const headers = { authorization: `Bearer ${token}` }
    const accepted = await read(await send('/api/convos/import', { method: 'POST', headers: { ...headers, ...SLOW.headers, prefer: 'respond-async' }, body: SLOW.body }))
    t.equal(accepted.status, 202)
    const location = accepted.headers.location ?? ''
    const events = await send(location, { headers: { ...headers, accept: 'text/event-stream' } })
    let received = ''
    let isCancelled = false
    for await (const piece of events.setEncoding('utf8')) {
      received += piece
      // A proxy that keeps the events back brings none before the import is over.
      if (isCancelled || !received.includes('\n\n')) continue
      isCancelled = true
      await read(await send(location, { method: 'DELETE', headers }))
    }
    t.match(received.trim().split('\n\n').at(-1), /"state":"cancelled"/)
  })

  t.test(`deploy/${file} tells the address of the client through ${program}`, async (t) => {
    const { login } = await setUp(t, startProxy, file, PARLEY_NAME)
    const guess = async (n: number, from: string, forged?: string) => {
      const headers = forged === undefined ? {} : { 'x-forwarded-for': forged }
      return (await read(await login({ email: `guess-${n}@example.test`, password: 'wrong guess' }, { from, headers }))).status
    }
    const statuses: Array<number | undefined> = []
    for (let n = 0; n <= LOGIN_MAX; n++) statuses.push(await guess(n, '127.0.0.2'))
    t.strictSame(statuses, [...Array.from({ length: LOGIN_MAX }, () => 401), 429])
    t.equal(await guess(7, '127.0.0.2', '192.0.2.7'), 429, 'a header of the client changes nothing')
    t.equal(await guess(8, '127.0.0.3'), 401, 'another client has a limit of its own')
  })
}

t.test('deploy/librechat.Caddyfile serves the files of the web client, and sends its requests to Parley', async (t) => {
  const { send, login } = await setUp(t, startCaddy, 'librechat.Caddyfile', LIBRECHAT_NAME)
  for (const path of ['/', '/c/new']) t.match(await read(await send(path)), { status: 200, body: /The web client/ })
  const { token } = JSON.parse((await read(await login(ada))).body)
  t.match(await read(await send('/api/endpoints', { headers: { authorization: `Bearer ${token}` } })), { status: 200, body: /openAI/ })
  t.equal((await read(await send('/api/nothing', { headers: { authorization: `Bearer ${token}` } }))).status, 404)
})
