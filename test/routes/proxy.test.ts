import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { changeAccess } from '../../src/accounts/user-commands.js'
import { buildServer } from '../../src/build-server.js'
import type { Config } from '../../src/config.js'
import { build, testConfig } from '../helper.js'

const proxied: Partial<Config> = { AUTH_HEADER_EMAIL: 'Remote-Email', AUTH_HEADER_NAME: 'Remote-Name', TRUST_PROXY: '127.0.0.1' }
const peers = { 'the proxy': '127.0.0.1', 'the range of the proxy': '127.0.0.0/8', 'somebody else': '192.0.2.0/24' }
const accounts = { known: 'ada@example.test', unknown: 'new@example.test', disabled: 'eve@example.test' }
const headersOf = {
  none: () => '',
  once: (email: string) => `Remote-Email: ${email}\r\n`,
  twice: (email: string) => `Remote-Email: ${email}\r\nRemote-Email: ${email}\r\n`,
  'with a forged X-Forwarded-For': (email: string) => `Remote-Email: ${email}\r\nX-Forwarded-For: 127.0.0.1\r\n`
}

/** The status of a request with exactly these header lines, over a real socket. */
async function statusOf (address: string, lines: string) {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.write(`POST /api/auth/proxy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n`)
  return Number((await text(socket)).split(' ')[1])
}

async function open (t: Test, overrides: Partial<Config>) {
  const { server, as } = await build(t, { ...proxied, ...overrides })
  for (const name of ['root', 'ada', 'eve']) await as(name)
  await changeAccess(server.database.writer, { userNo: 3, isDisabled: true, now: Date.now() })
  return { server, address: await server.listen({ port: 0, host: '127.0.0.1' }) }
}

function expected (peer: keyof typeof peers, header: keyof typeof headersOf, account: keyof typeof accounts, provisions: boolean) {
  if (peer === 'somebody else' || header === 'none') return 401
  if (header === 'twice') return 400
  if (account === 'disabled') return 401
  return account === 'known' || provisions ? 200 : 403
}

const keys = <T extends object>(table: T) => Object.keys(table) as Array<keyof T & string>

for (const provisions of [false, true]) {
  for (const peer of keys(peers)) {
    t.test(`from ${peer}, ${provisions ? 'with' : 'without'} accounts for newcomers`, async (t) => {
      const { address } = await open(t, { AUTH_HEADER_PROXIES: peers[peer], AUTH_HEADER_PROVISION: provisions })
      for (const header of keys(headersOf)) {
        for (const account of keys(accounts)) {
          const status = await statusOf(address, headersOf[header](accounts[account]))
          t.equal(status, expected(peer, header, account, provisions), `header ${header}, account ${account}`)
        }
      }
    })
  }
}

t.test('a proxy opens an ordinary session', async (t) => {
  const { server } = await open(t, { AUTH_HEADER_PROXIES: '127.0.0.1', AUTH_HEADER_PROVISION: true })
  const res = await server.inject({
    method: 'POST', url: '/api/auth/proxy', headers: { 'remote-email': 'New@Example.test', 'remote-name': 'New Comer' }
  })
  t.match(res.json(), { user: { email: 'new@example.test', name: 'New Comer', provider: 'proxy', role: 'USER' } })
  const [refreshToken] = res.cookies.filter(({ name }) => name === 'refreshToken')
  const refreshed = await server.inject({ method: 'POST', url: '/api/auth/refresh', cookies: { refreshToken: refreshToken?.value ?? '' } })
  t.equal(refreshed.statusCode, 200)
})

t.test('the header opens nothing but a session', async (t) => {
  const { server } = await open(t, { AUTH_HEADER_PROXIES: '127.0.0.1' })
  t.equal((await server.inject({ url: '/api/user', headers: { 'remote-email': 'ada@example.test' } })).statusCode, 401)
})

t.test('a header from elsewhere is logged once', async (t) => {
  const lines: string[] = []
  const server = await buildServer({
    config: { ...testConfig, ...proxied, AUTH_HEADER_PROXIES: '192.0.2.1' },
    logger: { level: 'warn', stream: { write: (line) => { lines.push(line) } } }
  })
  t.teardown(() => server.close())
  for (let n = 0; n < 3; n++) await server.inject({ method: 'POST', url: '/api/auth/proxy', headers: { 'remote-email': 'ada@example.test' } })
  t.equal(lines.filter((line) => line.includes('AUTH_HEADER_PROXIES')).length, 1)
  t.notMatch(lines.join(''), 'ada@example.test')
})

t.test('/api/config tells pages that a proxy signs people in', async (t) => {
  const { server } = await open(t, { AUTH_HEADER_PROXIES: '127.0.0.1' })
  t.equal((await server.inject('/api/config')).json().proxyLoginEnabled, true)
})
