import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { chatgptExport } from '../chatgpt-export.js'
import { build } from '../helper.js'
import { multipart, type Part } from '../multipart.js'

const MAX_BYTES = 1_000_000

const { server, as } = await build(t, { CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: MAX_BYTES })
const { authorization = '' } = await as('ada')
const { hostname, port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))

/** More than a socket holds, so that the answer is there before the whole body was sent. */
const large = 'x'.repeat(5 * MAX_BYTES)
const json = { 'Content-Type': 'application/json' }

interface Upload { status: number, headers: Record<string, string>, body: string }

const form = (parts: Part[], more: Record<string, string> = {}) => {
  const { headers, body } = multipart(parts)
  return { headers: { Authorization: authorization, 'Content-Type': headers['content-type'], ...more }, body }
}

/** Refused uploads, each with the status of its answer. */
const uploads = {
  'a field of another name': { status: 400, ...form([{ name: 'other', content: large }]) },
  'a small field of another name': { status: 400, ...form([{ name: 'other', content: 'x' }]) },
  'a second file': { status: 400, ...form([{ content: chatgptExport([{ id: 'one', turns: ['Hello'] }]) }, { content: large }]) },
  'a file that is too large': { status: 413, ...form([{ content: large }]) },
  'a large body that is no form': { status: 413, headers: { Authorization: authorization, ...json }, body: JSON.stringify(large) },
  'a body that is no form': { status: 415, headers: { Authorization: authorization, ...json }, body: '{}' },
  'a large body of another type': { status: 415, headers: { Authorization: authorization, 'Content-Type': 'text/plain' }, body: large },
  'a compressed form': { status: 415, ...form([{ content: large }], { 'Content-Encoding': 'gzip' }) },
  'no credential': { status: 401, ...form([{ content: large }], { Authorization: '' }) },
  'no history': { status: 400, ...form([{ content: '{"a":1}' }]) }
} satisfies Record<string, Upload>

/** One answer of a connection: its head, as text. Empty when the connection ended or broke without. */
async function answer (socket: Socket): Promise<string> {
  let received = ''
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      received += chunk
      const [head = '', body] = received.split('\r\n\r\n')
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1])
      if (body !== undefined && Buffer.byteLength(body) >= length) return head
    }
  } catch (error) {
    // The server hung up while the body was sent.
    if (!Object(error).code) throw error
  }
  return received
}

for (const [what, { status, headers, body }] of Object.entries(uploads)) {
  t.test(`an upload with ${what} leaves the connection usable, or closes it`, async (t) => {
    const socket = connect(Number(port), hostname).setEncoding('latin1')
    // The server may hang up while the body is sent.
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    const lines = Object.entries({ Host: 'x', ...headers, 'Content-Length': Buffer.byteLength(body) }).map(([name, value]) => `${name}: ${value}`)
    socket.write(`POST /api/convos/import HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
    const head = await answer(socket)
    t.match(head, new RegExp(`^HTTP/1.1 ${status} `))
    if (/^connection: close/im.test(head)) {
      t.equal(await answer(socket), '', 'it is closed')
    } else {
      socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
      t.match(await answer(socket), /^HTTP\/1.1 200 /, 'it takes the next request')
    }
  })
}

/** Much less than a large body, and enough of it to be refused. */
const FIRST_BYTES = 2 * MAX_BYTES

/** Large uploads that are refused by their beginning. What is too large is read to its end first. */
const refusedEarly = ['a field of another name', 'a second file', 'a large body of another type', 'a compressed form', 'no credential'] as const

for (const what of refusedEarly) {
  const { status, headers, body } = uploads[what]
  t.test(`a connection that ends with an upload with ${what} takes the rest before it is closed`, async (t) => {
    // Stays open for the rest when the server has sent its answer, as the connections of nginx do.
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    t.teardown(() => socket.destroy())
    const lines = Object.entries({ Host: 'x', Connection: 'close', ...headers, 'Content-Length': Buffer.byteLength(body) }).map(([name, value]) => `${name}: ${value}`)
    socket.write(`POST /api/convos/import HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body.slice(0, FIRST_BYTES)}`)
    t.match(await text(socket.iterator({ destroyOnReturn: false })), new RegExp(`^HTTP/1.1 ${status} `))
    // Waiting throws when the connection is reset.
    socket.end(body.slice(FIRST_BYTES))
    await once(socket, 'close')
  })
}

t.test('a connection that went on after a refused upload is closed like any other', async (t) => {
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
  t.teardown(() => socket.destroy())
  const { headers, body } = uploads['no credential']
  const lines = Object.entries({ Host: 'x', ...headers, 'Content-Length': Buffer.byteLength(body) }).map(([name, value]) => `${name}: ${value}`)
  socket.write(`POST /api/convos/import HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body.slice(0, FIRST_BYTES)}`)
  t.match(await answer(socket), /^HTTP\/1.1 401 /)
  socket.write(body.slice(FIRST_BYTES))
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  t.match(await text(socket.iterator({ destroyOnReturn: false })), /HTTP\/1.1 200 /)
  // The client leaves its direction open, so only the server can end the connection.
  while (await promisify(server.server.getConnections).call(server.server) > 0) await wait(20)
  t.pass()
})

t.test('an upload of another type is told which type to send', async (t) => {
  for (const type of ['text/plain', 'application/json', 'application/zip']) {
    const response = await server.inject({ method: 'POST', url: '/api/convos/import', headers: { authorization, 'content-type': type }, payload: '{}' })
    t.match(response.json(), { status: 415, detail: /multipart\/form-data/ }, type)
  }
})
