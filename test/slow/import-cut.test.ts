import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { random } from '../bench/data.js'
import { chatgptExport } from '../chatgpt-export.js'
import { type Headers, importFile, newAccount, openDoors } from './import-client.js'
import { rowsByUser, untilSettled } from './import-rows.js'
import { multipart } from '../multipart.js'
import { compileInto, startServer } from '../server-process.js'

const UPLOADS = 500
const AT_ONCE = 8
const SEED = 7

const CHATS = 20
const TURNS = 4

interface Upload { bytes: Buffer, ends: [headers: number, opening: number, file: number, closing: number] }

function history (upload: number) {
  const turns = Array.from({ length: TURNS }, () => 'All work and no play makes Jack a dull boy. '.repeat(40))
  return chatgptExport(Array.from({ length: CHATS }, (_, c) => ({ id: `${upload}-${c}`, title: `Upload ${upload}`, turns })))
}

function uploadOf (number: number, { authorization }: Headers): Upload {
  const content = history(number)
  const { headers, body } = multipart([{ content }])
  const lines = [
    'POST /api/convos/import HTTP/1.1', 'Host: x', `Authorization: ${authorization}`,
    `Content-Type: ${headers['content-type']}`, `Content-Length: ${body.length}`
  ]
  const head = `${lines.join('\r\n')}\r\n\r\n`
  const opening = head.length + body.indexOf(content)
  return { bytes: Buffer.from(head + body), ends: [head.length, opening, opening + content.length, head.length + body.length] }
}

function cutOf ({ ends }: Upload, next: () => number) {
  // In each piece as often as in the others, however short it is, and as often behind the last of them.
  const piece = Math.floor(next() * (ends.length + 1))
  const from = ends[piece - 1] ?? 0
  const to = ends[piece] ?? from
  return from + Math.ceil(next() * (to - from))
}

async function sendAndHangUp (port: number, beginning: Buffer, next: () => number) {
  // A server that has not read everything yet notices the end at another place.
  const [isReset, delay] = [next() < 0.5, next() < 0.5 ? 0 : 200 * next()]
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => { /* The server may hang up first. */ })
  const closed = once(socket, 'close')
  await once(socket, 'connect')
  await new Promise((resolve) => socket.write(beginning, resolve))
  await wait(delay)
  if (isReset) socket.resetAndDestroy()
  else socket.destroy()
  await closed
}

t.test(`${UPLOADS} uploads that are cut off leave nothing behind`, async (t) => {
  const folder = t.testdir({})
  await compileInto(folder)
  const path = join(folder, 'data/parley.db')
  const server = await startServer(t, folder, { ...openDoors, DATABASE_PATH: path })
  const port = Number(new URL(server.url).port)
  const headers = await newAccount(server.url, 'ada')
  const next = random(SEED)

  async function untilIdle () {
    const deadline = performance.now() + 60_000
    while ((await readdir(`${path}-uploads`)).length > 0 && performance.now() < deadline) await wait(10)
    await untilSettled(path)
  }

  // These may have been imported, if the server had read all of the file before it saw the end.
  const arrived = new Set<number>()
  let begun = 0
  async function sendSome () {
    while (begun < UPLOADS) {
      const number = ++begun
      const upload = uploadOf(number, headers)
      const cut = cutOf(upload, next)
      if (cut > upload.ends[2]) arrived.add(number)
      await sendAndHangUp(port, upload.bytes.subarray(0, cut), next)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome))
  await untilIdle()

  const last = await importFile(server.url, headers, history(UPLOADS + 1))
  t.match(last, { status: 201, report: { imported: CHATS, messages: CHATS * TURNS, failed: 0 } }, 'a whole upload succeeds')
  await untilIdle()
  t.strictSame(await readdir(`${path}-uploads`), [], 'no file is left')

  const { conversations, messages, import_origins: origins, partitions, ...others } = theOnly(rowsByUser(path))
  const stored = new Map<unknown, number>()
  for (const { title } of conversations) stored.set(title, (stored.get(title) ?? 0) + 1)
  t.strictSame([...stored].filter(([, count]) => count !== CHATS), [], 'all of an upload or nothing')
  t.strictSame([...stored.keys()].filter((title) => !mayHave(title)), [], 'nothing of an upload whose file was cut')
  t.match([origins.length, messages.length], [conversations.length, conversations.length * TURNS], 'each conversation is complete')
  t.match(partitions, [{ state: 'live' }], 'nothing is staged')
  t.strictSame(others, { staged_messages: [] })
  t.comment(`${arrived.size} files arrived whole, ${stored.size - 1} of them were imported`)

  t.equal(await server.stop('SIGTERM'), 0)

  function mayHave (title: unknown) {
    const number = Number(String(title).slice('Upload '.length))
    return arrived.has(number) || number > UPLOADS
  }
})

function theOnly <T> (values: Map<unknown, T>): T {
  const [first, ...others] = values.values()
  if (first === undefined || others.length > 0) throw new Error(`There are ${others.length + 1} instead of one`)
  return first
}
