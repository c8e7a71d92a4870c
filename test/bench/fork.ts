import { v7 as uuid } from 'uuid'
import { commands } from '../../src/commands.js'
import { requireConversationForRead } from '../../src/conversations/find.js'
import { copyConversation } from '../../src/copies/copy.js'
import type { Fork } from '../../src/copies/fork.js'
import type { Db } from '../../src/db/connection.js'
import { conversationKey } from '../../src/db/keys.js'
import { createHousekeeping } from '../../src/housekeeping.js'
import { messageWords } from '../../src/search/index/entries.js'
import { inlineWriter } from '../../src/writer/inline.js'
import { chainWithBranches, storeConversation } from '../stored-conversation.js'
import { freshDatabase, random } from './data.js'
import { ratios, result, type Result } from './report.js'
import { type BenchServer, startParley } from './server-process.js'

const ROUNDS = 5
const MESSAGES = 10_000

/** Its level is the last, so a fork at it takes every message. */
const DEEPEST = `m-${MESSAGES - 1}`

/**
 * Copies of a conversation of 10,000 messages of about 1.2 KB, a chain of 5,000 with 5,000 branches: by the writer's
 * commands, against the same rows and search entries inserted by one statement each, whose words were cut beforehand.
 */
export default async function fork (): Promise<Result[]> {
  const { path, db } = freshDatabase()
  const { conversationId, forks, duplicates, bare } = await measureCopies(db)
  const server = await startParley(path, { METRICS: 'true' })
  try {
    const whole = { conversationId, messageId: DEEPEST, option: 'targetLevel' }
    const forked = await measureStall(server, '/api/convos/fork', whole)
    const duplicated = await measureStall(server, '/api/convos/duplicate', { conversationId })
    const against = 'INSERT … SELECT'
    return [
      result(ratios(forks, bare), { what: 'fork of 10,000 messages', against, atMost: 2 }),
      result(ratios(duplicates, bare), { what: 'duplicate of 10,000 messages', against, atMost: 2 }),
      result(forked.times, { what: 'fork of 10,000 messages over HTTP, to the end of the answer', unit: 'ms' }),
      result(duplicated.times, { what: 'duplicate of 10,000 messages over HTTP, to the end of the answer', unit: 'ms' }),
      result(forked.stalls, { what: 'longest stall of the event loop, forking', unit: 'ms', atMost: 50 }),
      result(duplicated.stalls, { what: 'longest stall of the event loop, duplicating', unit: 'ms', atMost: 50 })
    ]
  } finally {
    await server.stop()
  }
}

/** Processor time in milliseconds of each way to copy, round by round, taking turns. */
async function measureCopies (db: Db) {
  const writer = inlineWriter(db, commands)
  const housekeeping = createHousekeeping(writer, (error) => { throw error })
  const database = { reader: db, writer, close: writer.close }
  const conversationId = await storeConversation(writer, 1, chainWithBranches(MESSAGES, 'm', someText()))
  housekeeping.schedule()
  await housekeeping.idle()

  const copy = (fork: Fork | null) => processorTime(() => copyConversation({ database, housekeeping }, { userNo: 1, conversationId, fork, title: '' }))
  const copyBare = prepareBareCopy(db, conversationId)
  const measured = { conversationId, forks: [] as number[], duplicates: [] as number[], bare: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    measured.bare.push(await processorTime(copyBare))
    measured.forks.push(await copy({ messageId: DEEPEST, option: 'targetLevel', latestMessageId: null }))
    measured.duplicates.push(await copy(null))
  }
  await writer.close()
  return measured
}

/** The least a copy could be: three statements in one transaction. */
function prepareBareCopy (db: Db, conversationId: string) {
  const { $client: sqlite } = db
  const { pk: source } = requireConversationForRead(db, 1, conversationId)
  cutWords(db, source)
  const conversation = sqlite.prepare<[number, string, number]>(
    `INSERT INTO conversations (pk, partition_no, conversation_id, title, title_key, message_count, next_message, created_at, updated_at)
     SELECT ?, partition_no, ?, title, title_key, message_count, next_message, created_at, updated_at FROM conversations WHERE pk = ?`)
  const messages = sqlite.prepare<[{ pk: number, source: number, prefix: string }]>(
    `INSERT INTO messages (pk, message_id, parent_message_id, body, created_at, updated_at)
     SELECT (:pk << 18) + (pk & 262143), :prefix || message_id, :prefix || parent_message_id, body, created_at, updated_at
     FROM messages WHERE pk BETWEEN :source << 18 AND (:source << 18) + 262143 ORDER BY pk`)
  const entries = sqlite.prepare<[number]>('INSERT INTO search (rowid, words) SELECT (? << 18) + n, words FROM words ORDER BY n')
  let number = 1_000_000
  return () => {
    const pk = conversationKey(1, ++number)
    const prefix = uuid()
    sqlite.exec('BEGIN IMMEDIATE')
    conversation.run(pk, uuid(), source)
    messages.run({ pk, source, prefix })
    entries.run(pk)
    sqlite.exec('COMMIT')
  }
}

function cutWords ({ $client: sqlite }: Db, source: number) {
  sqlite.exec('CREATE TEMP TABLE words (n INTEGER PRIMARY KEY, words TEXT)')
  const insert = sqlite.prepare('INSERT INTO words VALUES (?, ?)')
  const bodies = sqlite.prepare<[{ source: number }], { n: number, body: string }>(
    'SELECT pk & 262143 AS n, body FROM messages WHERE pk BETWEEN :source << 18 AND (:source << 18) + 262143').all({ source })
  for (const { n, body } of bodies) insert.run(n, messageWords(1, JSON.parse(body)))
}

/** How long each request takes, and the longest the server's event loop stood still meanwhile; both in milliseconds. */
async function measureStall ({ url, headers }: BenchServer, path: string, body: object) {
  const times: number[] = []
  const stalls: number[] = []
  const longestStall = async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    return 1000 * Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(metrics)?.[1])
  }
  for (let round = 0; round < ROUNDS; round++) {
    // Reading the figure starts it again.
    await longestStall()
    times.push(await timed(async () => {
      const answer = await fetch(url + path, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(await answer.text())
      await answer.arrayBuffer()
    }))
    stalls.push(await longestStall())
  }
  return { times, stalls }
}

/** What this process took for it, which other processes of the machine do not change as they do the time on the clock. */
async function processorTime (work: () => unknown) {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

async function timed (work: () => unknown) {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Texts of 200 words, some of which are much more common than others. */
function someText () {
  const next = random(1)
  return () => Array.from({ length: 200 }, () => `w${Math.floor(next() ** 3 * 20_000).toString(36)}`).join(' ')
}
