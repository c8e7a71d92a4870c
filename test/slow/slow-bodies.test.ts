import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { chatgptExport } from '../chatgpt-export.js'
import { build } from '../helper.js'
import { multipart } from '../multipart.js'

/*
 * Bodies that arrive slowly, with the limits of production. The tests run at once, so the file takes as long as the longest.
 */

t.jobs = 6

const { server, as } = await build(t)
const { authorization } = await as('ada')
const { hostname, port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
const turns = Array.from({ length: 60 }, (_, n) => `${n} ${'All work and no play. '.repeat(100)}`)
const form = multipart([{ content: chatgptExport([{ id: 'slow', turns }]) }])

interface Slow {
  path: string
  headers?: string[]
  body: string
  /** Bytes sent each second. */
  rate: number
  /** After so many bytes nothing more is sent. */
  stopsAt?: number
}

/** Sends a body at a steady rate, until there is an answer and the connection is closed. Returns the answer and the seconds it took. */
async function send ({ path, headers = [], body, rate, stopsAt = body.length }: Slow) {
  const start = performance.now()
  const socket = connect(Number(port), hostname)
  socket.on('error', () => { /* The server hangs up while the body is sent. */ })
  let answer = ''
  socket.setEncoding('latin1').on('data', (text: string) => { answer += text })
  const lines = [`POST ${path} HTTP/1.1`, 'Host: x', `Content-Length: ${body.length}`, ...headers]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  for (let sent = 0; !socket.destroyed && !answer.includes('HTTP/1.1 201'); sent += rate) {
    if (sent < stopsAt) socket.write(body.slice(sent, Math.min(sent + rate, stopsAt)))
    await wait(1000)
  }
  socket.destroy()
  return { answer, seconds: (performance.now() - start) / 1000 }
}

const upload = { path: '/api/convos/import', headers: [`Authorization: ${authorization}`, `Content-Type: ${form.headers['content-type']}`], body: form.body }

t.test('an upload that goes on slowly is taken, however long it takes', async (t) => {
  t.equal(server.server.requestTimeout, 0, 'it has no limit as a whole')
  const { answer, seconds } = await send({ ...upload, rate: 3000 })
  t.match(answer, 'HTTP/1.1 201')
  t.ok(seconds > 40)
})

t.test('an upload of some bytes a second is cut', async (t) => {
  const { answer, seconds } = await send({ ...upload, rate: 10 })
  t.match(answer, /^HTTP\/1.1 408 .*"code":"REQUEST_TIMEOUT".*too slowly\. /s)
  t.ok(seconds > 29 && seconds < 50, `${seconds}`)
})

t.test('an upload that stops is cut', async (t) => {
  const { answer, seconds } = await send({ ...upload, rate: 50_000, stopsAt: 100_000 })
  t.match(answer, 'HTTP/1.1 408')
  t.ok(seconds > 29 && seconds < 50, `${seconds}`)
})

const json = ['Content-Type: application/json']

t.test('any other body of some bytes a second is cut as soon', async (t) => {
  const { answer, seconds } = await send({ path: '/api/auth/login', headers: json, body: ' '.repeat(10_000), rate: 1 })
  t.match(answer, 'HTTP/1.1 408')
  t.ok(seconds > 29 && seconds < 50, `${seconds}`)
})

t.test('any other body has a minute', async (t) => {
  const path = `/api/messages/${randomUUID()}`
  const { answer, seconds } = await send({ path, headers: [...json, `Authorization: ${authorization}`], body: ' '.repeat(400_000), rate: 4000 })
  t.match(answer, 'HTTP/1.1 408')
  t.ok(seconds > 59 && seconds < 80, `${seconds}`)
})

t.test('a connection whose request is answered does not wait long for the rest of its body', async (t) => {
  const { answer, seconds } = await send({ path: '/api/nowhere', body: ' '.repeat(10_000), rate: 1 })
  t.match(answer, 'HTTP/1.1 404')
  t.ok(seconds < 50, `${seconds}`)
})
