import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import type { Test } from 'tap'
import { packageRoot } from '../../src/paths.js'
import { freePort } from '../free-port.js'

/*
 * Runs the reverse proxies of deploy/. Only ports, certificates and folders differ from the files as they stand there.
 */

/** Debian has servers in a folder that is not in the PATH of users. */
const PATH = [process.env.PATH, '/usr/sbin'].join(delimiter)

/** The names in the examples. */
export const PARLEY_NAME = 'parley.example.org'
export const LIBRECHAT_NAME = 'chat.example.org'

/** A proxy that speaks HTTPS on this port, and the authority that its certificate is from. */
export interface Proxy { port: number, ca: string }

/** Starts a proxy with a file of deploy/ in front of the server at a port. It ends with the test. */
export type StartProxy = (t: Test, folder: string, file: string, serverPort: string) => Promise<Proxy>

export const startNginx: StartProxy = async (t, folder, file, serverPort) => {
  const port = await freePort()
  const certificate = join(folder, 'certificate.pem')
  const key = join(folder, 'key.pem')
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', `/CN=${PARLEY_NAME}`,
    '-addext', `subjectAltName=DNS:${PARLEY_NAME}`, '-out', certificate, '-keyout', key
  ], { stdio: 'ignore' })
  const site = example(file, serverPort)
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('listen 80', `listen 127.0.0.1:${await freePort()}`)
    .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
  writeFileSync(join(folder, 'site.conf'), site)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`)
  const main = join(folder, 'nginx.conf')
  writeFileSync(main, `daemon off; master_process off; pid ${join(folder, 'pid')}; events {}
    http { access_log off; ${temporary.join(' ')} include ${join(folder, 'site.conf')}; }`)
  await run(t, 'nginx', ['-e', 'stderr', '-c', main], folder, port)
  return { port, ca: readFileSync(certificate, 'utf8') }
}

export const startCaddy: StartProxy = async (t, folder, file, serverPort) => {
  const port = await freePort()
  const client = join(folder, 'client')
  mkdirSync(client)
  writeFileSync(join(client, 'index.html'), '<title>The web client</title>')
  const settings = [
    'admin off', 'local_certs', 'skip_install_trust', 'default_bind 127.0.0.1', `https_port ${port}`, `http_port ${await freePort()}`,
    `storage file_system ${join(folder, 'storage')}`
  ]
  const site = example(file, serverPort).replace('/srv/librechat/client/dist', client)
  const main = join(folder, 'Caddyfile')
  writeFileSync(main, `{\n${settings.join('\n')}\n}\n${site}`)
  await run(t, 'caddy', ['run', '--adapter', 'caddyfile', '--config', main], folder, port)
  return { port, ca: readFileSync(join(folder, 'storage/pki/authorities/local/root.crt'), 'utf8') }
}

function example (file: string, serverPort: string) {
  return readFileSync(join(packageRoot, 'deploy', file), 'utf8').replaceAll('127.0.0.1:3080', `127.0.0.1:${serverPort}`)
}

/** Runs a proxy until the test ends, and waits until it answers over TLS. */
async function run (t: Test, program: string, args: string[], home: string, port: number) {
  const child = spawn(program, args, { env: { PATH, HOME: home }, stdio: ['ignore', 'ignore', 'pipe'] })
  const said = text(child.stderr)
  t.teardown(() => { child.kill('SIGKILL') })
  while (!await answers(port)) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${await said}`)
    await setTimeout(100)
  }
}

async function answers (port: number) {
  const asked = [PARLEY_NAME, LIBRECHAT_NAME].map(async (servername) => {
    const sent = request({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, headers: { host: servername } }).end()
    const [response] = await once(sent, 'response')
    response.resume()
  })
  return await Promise.any(asked).then(() => true, () => false)
}

/** What a request through a proxy has; `from` is an address of this machine. */
export interface Sent { method?: string, headers?: Record<string, string>, body?: string, from?: string }

/** Returns a function that sends requests through a proxy to a name, and checks the certificate. */
export function clientOf ({ port, ca }: Proxy, name: string) {
  return async (path: string, { method = 'GET', headers = {}, body, from = '127.0.0.1' }: Sent = {}): Promise<IncomingMessage> => {
    // A connection each: nginx closes one on which it answered before the whole body had come, and says so too late for the next request.
    const sent = request({ agent: false, port, ca, host: '127.0.0.1', localAddress: from, servername: name, method, path, headers: { host: name, ...headers } })
    sent.end(body)
    const [response] = await once(sent, 'response')
    // A proxy that has sent its whole response may hang up on the rest of the body.
    sent.on('error', () => {})
    return response
  }
}
