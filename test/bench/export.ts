import { once } from 'node:events'
import { closeSync, createWriteStream, mkdtempSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { constants, deflateRawSync } from 'node:zlib'
import { v7 as uuid } from 'uuid'
import { openPromise } from 'yauzl'
import { conversationKey } from '../../src/db/keys.js'
import { openReader } from '../../src/db/open.js'
import { exportFormats } from '../../src/formats/export-formats.js'
import { ask, timed } from './ask.js'
import { addConversations, addMessages, freshDatabase, random } from './data.js'
import { percentile, ratios, result, type Result } from './report.js'
import { type BenchServer, startParley } from './server-process.js'

const MEGABYTES = Number(process.env.BENCH_EXPORT_MB ?? 100)
const ROUNDS = Number(process.env.BENCH_EXPORT_ROUNDS ?? 3)
/** Names of formats, separated by spaces. */
const FORMATS = (process.env.BENCH_EXPORT_FORMATS ?? exportFormats.join(' ')).split(' ')

const TURNS = 18
const WORDS_A_MESSAGE = 200
const VOCABULARY = 50_000
/** What one message takes in the database, about. */
const MESSAGE_BYTES = 1400
const POLL_MS = 50
const QUIET_MS = 10_000
/** Bytes that the bare loop compresses and writes at once. */
const PIECE_BYTES = 65_536

/** An export of a whole account in each format, against the same rows and the same bytes read and written by a bare loop. */
export default async function exporting (): Promise<Result[]> {
  const path = fill()
  const quiet = await withServer(path, (server) => othersDuring(server, () => wait(QUIET_MS)))
  const results = [result([percentile(quiet, 0.99)], { what: 'lists and renames without an export, p99', unit: 'ms' })]
  for (const format of FORMATS) results.push(...await measure(path, format))
  return results
}

/** A database of about so many bytes of conversations with words as frequent as in prose. Returns its path. */
function fill (): string {
  const { path, db, partitionNo } = freshDatabase()
  const conversations = Math.ceil(MEGABYTES * 1e6 / MESSAGE_BYTES / TURNS)
  const next = random(MEGABYTES)
  const text = () => Array.from({ length: WORDS_A_MESSAGE }, () => `w${Math.floor(VOCABULARY ** next())}`).join(' ')
  addConversations(db, partitionNo, conversations)
  db.$client.transaction(() => {
    for (let n = 1; n <= conversations; n++) addMessages(db, conversationKey(1, n), TURNS, text)
  })()
  db.$client.close()
  return path
}

/** Rates are bytes of the files' contents per second of processor time, which other load on the machine changes least. */
async function measure (path: string, format: string): Promise<Result[]> {
  const [ours, bare, seconds, memory, others]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []]
  for (let round = 0; round < ROUNDS; round++) {
    const alone = await withServer(path, (server) => exportAlone(server, format, dirname(path)))
    const plain = await unpacked(alone.file)
    const megabytes = statSync(plain).size / 1e6
    ours.push(megabytes / alone.cpuSeconds)
    bare.push(megabytes / bareSeconds(path, plain, alone.file !== plain))
    seconds.push(alone.seconds)
    memory.push(alone.residentMiB)
    others.push(percentile(await withServer(path, (server) => othersDuring(server, () => exportAll(server, format))), 0.99))
  }
  const what = `export of ${MEGABYTES} MB as ${format}`
  return [
    result(ratios(ours, bare), { what, against: 'bare loop, one thread', atLeast: 0.5 }),
    result(ours, { what, unit: 'MB per second of processor time' }),
    result(seconds, { what, unit: 's' }),
    result(memory, { what: `${what}, resident memory above idle`, unit: 'MiB', atMost: 100 }),
    result(others, { what: `${what}, lists and renames meanwhile, p99`, unit: 'ms', atMost: 50 })
  ]
}

async function withServer <T> (path: string, work: (server: BenchServer) => Promise<T>): Promise<T> {
  const server = await startParley(path)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

/** Exports everything and downloads the file. */
async function exportAlone (server: BenchServer, format: string, folder: string) {
  await ask(server, 'GET', '/api/convos')
  const idle = server.residentMiB()
  server.forgetPeak()
  const [start, cpuBefore] = [performance.now(), server.cpuSeconds()]
  const id = await exportAll(server, format)
  const [seconds, cpuSeconds] = [(performance.now() - start) / 1000, server.cpuSeconds() - cpuBefore]
  const file = await download(server, id, folder)
  return { file, seconds, cpuSeconds, residentMiB: server.peakMiB() - idle }
}

/** Milliseconds of lists and renames until some work is done. */
async function othersDuring (server: BenchServer, work: () => Promise<unknown>): Promise<number[]> {
  const conversationId = uuid()
  await ask(server, 'POST', `/api/messages/${conversationId}`, { messageId: uuid(), text: 'Hello' })
  const times: number[] = []
  const done = new AbortController()
  const worked = work().finally(() => { done.abort() })
  for (let n = 0; !done.signal.aborted; n++) {
    times.push(await timed(() => ask(server, 'GET', '/api/convos')))
    times.push(await timed(() => ask(server, 'POST', '/api/convos/update', { conversationId, title: `Title ${n}` })))
    await wait(POLL_MS)
  }
  await worked
  return times
}

async function exportAll (server: BenchServer, format: string): Promise<string> {
  const { id }: { id: string } = JSON.parse(await ask(server, 'POST', '/api/exports', { format }))
  for (;;) {
    const { state }: { state: string } = JSON.parse(await ask(server, 'GET', `/api/exports/${id}`))
    if (state === 'done') return id
    if (state !== 'running' && state !== 'waiting') throw new Error(`The export ${state}`)
    await wait(POLL_MS)
  }
}

async function download (server: BenchServer, id: string, folder: string): Promise<string> {
  const file = join(mkdtempSync(join(folder, 'export-')), 'file')
  const [answer]: IncomingMessage[] = await once(get(`${server.url}/api/exports/${id}/file`, { headers: server.headers }), 'response')
  if (answer?.statusCode !== 200) throw new Error('The file cannot be downloaded')
  await pipeline(answer, createWriteStream(file))
  return file
}

/** The contents of all files of a zip as one file; a file that is no zip stays as it is. */
async function unpacked (file: string): Promise<string> {
  const zip = await openPromise(file).catch(() => null)
  if (!zip) return file
  const plain = `${file}.plain`
  await pipeline(async function * () {
    for await (const entry of zip.eachEntry()) yield * await zip.openReadStreamPromise(entry)
  }, createWriteStream(plain))
  return plain
}

/** Seconds of processor time for reading all rows, and writing these bytes, compressed or as they are, on this thread. */
function bareSeconds (path: string, plain: string, isPacked: boolean): number {
  const db = openReader(path)
  const before = process.cpuUsage()
  for (const sql of ['SELECT * FROM conversations', 'SELECT * FROM messages']) {
    for (const row of db.$client.prepare(sql).raw().iterate()) if (row === null) throw new Error('No row')
  }
  const [from, to] = [openSync(plain, 'r'), openSync(`${plain}.bare`, 'w')]
  const piece = Buffer.alloc(PIECE_BYTES)
  for (let length = readSync(from, piece); length > 0; length = readSync(from, piece)) {
    const bytes = piece.subarray(0, length)
    writeSync(to, isPacked ? deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes)
  }
  const { user, system } = process.cpuUsage(before)
  closeSync(from)
  closeSync(to)
  db.$client.close()
  return (user + system) / 1e6
}
