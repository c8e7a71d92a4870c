import { v7 as uuid } from 'uuid'
import { commands } from '../../src/commands.js'
import type { Db } from '../../src/db/connection.js'
import { openReader } from '../../src/db/open.js'
import { inlineWriter } from '../../src/writer/inline.js'
import { chatgptExport } from '../chatgpt-export.js'
import { storeConversation } from '../stored-conversation.js'
import { ask, timed } from './ask.js'
import { addConversations, freshDatabase, random } from './data.js'
import { percentile, result, type Result } from './report.js'
import { type BenchServer, headersFor, startParley } from './server-process.js'

/** A part of the names of the loads to try; empty for all of them. */
const ONLY = process.env.BENCH_NEIGHBOURS ?? ''

/** Milliseconds between two renames of the neighbour. */
const PAUSE_MS = 5

/** Other users who ask whether the server lives, each so often: their wait is the wait for the event loop. */
const OTHERS = 20
const OTHERS_PAUSE_MS = 50

/** Something that makes the server work for a while. */
interface Load {
  /** Fills a fresh database in which account 1 has one live partition. Returns what `work` needs to know. */
  fill (db: Db, partitionNo: number): Promise<string>
  /** Requests that come before the measured ones. */
  before? (server: BenchServer): Promise<unknown>
  /** The measured requests. Resolves when all their work is done. */
  work (server: BenchServer, filled: string, path: string): Promise<unknown>
}

const nothing = async () => ''

const loads: Record<string, Load> = {
  'nothing else': {
    fill: nothing,
    work: () => new Promise((resolve) => setTimeout(resolve, 5000))
  },
  'a duplicate of 60 messages of 1 MB': {
    fill: (db) => {
      const body = JSON.stringify({ text: text(1_000_000) })
      return storeConversation(inlineWriter(db, commands), 1, Array.from({ length: 60 }, (_, n) => ({ messageId: `m${n}`, body })))
    },
    work: (server, conversationId) => ask(server, 'POST', '/api/convos/duplicate', { conversationId })
  },
  'a rename of a tag of 15,000 conversations': {
    fill: async (db, partitionNo) => {
      addConversations(db, partitionNo, 30_000)
      db.$client.exec('INSERT INTO tags (user_no, tag, position, created_at, updated_at) VALUES (1, \'often\', 1, 1, 1)')
      return ''
    },
    work: async (server, _, path) => {
      await ask(server, 'PUT', '/api/tags/often', { tag: 'always' })
      await noRenamesLeft(path)
    }
  },
  'an import that adds 30 messages to each of 1,500 conversations': {
    fill: nothing,
    before: (server) => upload(server, chats(1500, 2)),
    work: (server) => upload(server, chats(1500, 32))
  },
  'a line of twelve imports by four users': {
    fill: nothing,
    work: (server) => Promise.all(Array.from({ length: 4 }, async () => {
      const user = { ...server, headers: headersFor(uuid()) }
      await Promise.all(['a', 'b', 'c'].map((name) => upload(user, chats(100, 10, name))))
    }))
  },
  'the deletion of 100,000 conversations': {
    fill: async (db, partitionNo) => {
      addConversations(db, partitionNo, 100_000)
      return ''
    },
    work: (server) => ask(server, 'DELETE', '/api/convos/all', {})
  },
  'searches for long phrases in three million Chinese characters': {
    fill: (db) => {
      const body = JSON.stringify({ text: '漢字'.repeat(500_000) })
      return storeConversation(inlineWriter(db, commands), 1, ['m1', 'm2', 'm3'].map((messageId) => ({ messageId, body })))
    },
    work: async (server) => {
      for (const phrase of ['漢字'.repeat(30), '\ufdfa'.repeat(3), '一'.repeat(60)]) {
        // A server that is too busy refuses it; the others have waited by then.
        for (const path of ['/api/convos', '/api/messages']) await fetch(`${server.url}${path}?search=${encodeURIComponent(phrase)}`, { headers: server.headers })
      }
    }
  },
  'a search whose hits have snippets of 200 parts': {
    fill: (db) => {
      const content = Array.from({ length: 200 }, (_, n) => ({ type: 'text', text: text(1000 + n) }))
      const body = JSON.stringify({ text: '', content })
      return storeConversation(inlineWriter(db, commands), 1, Array.from({ length: 25 }, (_, n) => ({ messageId: `m${n}`, body })))
    },
    work: async (server) => {
      for (let n = 0; n < 5; n++) await ask(server, 'GET', '/api/messages?search=w1')
    }
  },
  'saves of 1 MB whose letters expand eighteenfold': {
    fill: nothing,
    work: async (server) => {
      const conversationId = uuid()
      for (let n = 0; n < 5; n++) await ask(server, 'POST', `/api/messages/${conversationId}`, { messageId: `m${n}`, text: '\ufdfa'.repeat(333_000) })
    }
  },
  // The last hundred cost most: all that was saved before hangs below each of them.
  'the last hundred of 1,000 messages saved newest first': {
    fill: (db) => storeConversation(inlineWriter(db, commands), 1, chainNewestFirst(1000, 101)),
    work: async (server, conversationId) => {
      for (const message of chainNewestFirst(100, 1)) await ask(server, 'POST', `/api/messages/${conversationId}`, { ...message, text: 'Hi' })
    }
  },
  'moves of a chain of 8,000 messages': {
    fill: (db) => storeConversation(inlineWriter(db, commands), 1, [
      { messageId: 'a', parentMessageId: null }, { messageId: 'b', parentMessageId: null },
      ...Array.from({ length: 8000 }, (_, n) => ({ messageId: `m${n}`, parentMessageId: n === 0 ? 'a' : `m${n - 1}` }))
    ]),
    work: async (server, conversationId) => {
      for (const parentMessageId of ['b', 'a', 'b']) await ask(server, 'POST', `/api/messages/${conversationId}`, { messageId: 'm0', parentMessageId, text: 'Hi' })
    }
  }
}

/** Messages of a chain from the one with number `from` down to the one with number `to`. */
function chainNewestFirst (from: number, to: number) {
  return Array.from({ length: from - to + 1 }, (_, n) => ({ messageId: `m${from - n}`, parentMessageId: `m${from - n - 1}` }))
}

/** How long the small writes of one user, and the reads of twenty, take while the server works for another. */
export default async function neighbours (): Promise<Result[]> {
  const results: Result[] = []
  for (const [what, load] of Object.entries(loads)) {
    if (!what.includes(ONLY)) continue
    const { renames, others } = await timesDuring(load)
    results.push(
      result([percentile(renames, 0.99)], { what: `rename by another user, p99, beside ${what}`, unit: 'ms', atMost: 100 }),
      result([Math.max(...renames)], { what: `rename by another user, longest, beside ${what}`, unit: 'ms', atMost: 500 }),
      result([percentile(others, 0.99)], { what: `wait of twenty others, p99, beside ${what}`, unit: 'ms', atMost: 100 }),
      result([Math.max(...others)], { what: `wait of twenty others, longest, beside ${what}`, unit: 'ms' }))
  }
  return results
}

/** Milliseconds that each rename takes, one after another until the load is done, and each request of the others. */
async function timesDuring ({ fill, before, work }: Load): Promise<{ renames: number[], others: number[] }> {
  const { path, db, partitionNo } = freshDatabase()
  const filled = await fill(db, partitionNo)
  db.$client.close()
  const server = await startParley(path, { CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: String(2 ** 32) })
  try {
    await before?.(server)
    const neighbour = { ...server, headers: headersFor(uuid()) }
    const conversationId = uuid()
    await ask(neighbour, 'POST', `/api/messages/${conversationId}`, { messageId: 'm', text: 'Hello' })
    const renames: number[] = []
    const others: number[] = []
    const done = new AbortController()
    const finished = work(server, filled, path).finally(() => { done.abort() })
    const asking = Array.from({ length: OTHERS }, async () => {
      while (!done.signal.aborted) {
        others.push(await timed(() => ask(neighbour, 'GET', '/livez')))
        await new Promise((resolve) => setTimeout(resolve, OTHERS_PAUSE_MS))
      }
    })
    // When the load fails, that is the error to tell, and not that the server was stopped after it.
    const asked = Promise.allSettled(asking)
    for (let n = 0; !done.signal.aborted; n++) {
      renames.push(await timed(() => ask(neighbour, 'POST', '/api/convos/update', { conversationId, title: `Title ${n}` })))
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    await finished
    await asked
    return { renames, others }
  } finally {
    await server.stop()
  }
}

async function noRenamesLeft (path: string) {
  const db = openReader(path)
  const count = db.$client.prepare('SELECT count(*) FROM tag_renames').pluck()
  while (count.get() !== 0) await new Promise((resolve) => setTimeout(resolve, 100))
  db.$client.close()
}

/** A ChatGPT export of conversations that begin alike, whatever the number of turns. Other names make other conversations. */
function chats (count: number, turns: number, name = 'chat') {
  const turn = text(800)
  return chatgptExport(Array.from({ length: count }, (_, n) => ({ id: `${name}-${n}`, turns: Array.from({ length: turns }, (_, place) => `${place} ${turn}`) })))
}

async function upload (server: BenchServer, file: string) {
  const body = new FormData()
  body.append('file', new Blob([file]), 'conversations.json')
  const answer = await fetch(`${server.url}/api/convos/import`, { method: 'POST', headers: server.headers, body })
  if (!answer.ok) throw new Error(await answer.text())
}

/** Words of which some are much more frequent than others. */
function text (characters: number) {
  const next = random(characters)
  let words = ''
  while (words.length < characters) words += `w${Math.floor(next() ** 3 * 20_000).toString(36)} `
  return words
}
