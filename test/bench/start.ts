import { randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { conversationKey } from '../../src/db/keys.js'
import { signIn } from '../torture/client.js'
import { environment, type RunningServer, startServer } from '../torture/program.js'
import { addConversations, freshDatabase } from './data.js'
import { result, type Result } from './report.js'

const MEGABYTES = Number(process.env.BENCH_START_MB ?? 1000)
const ROUNDS = Number(process.env.BENCH_START_ROUNDS ?? 3)
const MESSAGES_PER_CONVERSATION = 100
const MESSAGE_BYTES = 10_000
/** Messages that are in the write-ahead log when the server is killed. */
const WRITES = 200
/** Clock ticks per second of the figures in /proc; always 100 on Linux. */
const TICKS = 100

/** Processor time from the start to ready after a kill, with a large file and with an empty one. */
export default async function starting (): Promise<Result[]> {
  const { path: empty, db } = freshDatabase()
  db.$client.close()
  const large = fill()
  const times: Record<'above' | 'large' | 'empty', number[]> = { above: [], large: [], empty: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const [withLarge, withEmpty] = [await secondsAfterKill(large), await secondsAfterKill(empty)]
    times.large.push(withLarge)
    times.empty.push(withEmpty)
    times.above.push(withLarge - withEmpty)
  }
  const what = `start to ready after a kill, processor time, file of ${Math.round(statSync(large).size / 1e6)} MB`
  return [
    result(times.above, { what, against: 'the same with an empty file, difference', unit: 's', atMost: 2 }),
    result(times.large, { what, unit: 's' }),
    result(times.empty, { what: 'start to ready after a kill, processor time, empty file', unit: 's' })
  ]
}

/** A database of about so many bytes. Returns its path. */
function fill (): string {
  const { path, db, partitionNo } = freshDatabase()
  const conversations = Math.ceil(MEGABYTES * 1e6 / MESSAGE_BYTES / MESSAGES_PER_CONVERSATION)
  addConversations(db, partitionNo, conversations)
  const insert = db.$client.prepare(
    `WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < ${MESSAGES_PER_CONVERSATION})
     INSERT INTO messages (pk, message_id, body, created_at, updated_at)
     SELECT (? << 18) + n, ? || '-' || n, json_object('text', hex(randomblob(${MESSAGE_BYTES / 2}))), n, n FROM numbers`)
  db.$client.transaction(() => {
    for (let n = 1; n <= conversations; n++) insert.run(conversationKey(1, n), n)
  })()
  db.$client.close()
  return path
}

/** Kills a server that writes, starts it again, and returns the seconds of processor time until it is ready. */
async function secondsAfterKill (path: string): Promise<number> {
  const log = join(dirname(path), 'log')
  const first = await startServer(environment(path), { log })
  const client = await signIn(first.url, 'ada')
  for (let n = 0; n < WRITES; n++) {
    await client.send('POST', `/api/messages/${randomUUID()}`, { messageId: randomUUID(), text: 'x'.repeat(MESSAGE_BYTES), isCreatedByUser: true })
  }
  await first.end('SIGKILL')
  const server = await startServer(environment(path), { log })
  const seconds = cpuSecondsOf(server)
  await server.end('SIGTERM')
  return seconds
}

function cpuSecondsOf ({ pid }: RunningServer): number {
  const [, fields = ''] = /\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').trim()) ?? []
  const [user, system] = fields.split(' ').slice(11, 13)
  return (Number(user) + Number(system)) / TICKS
}
