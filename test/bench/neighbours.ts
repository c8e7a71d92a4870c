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

/** Milliseconds between two renames of the neighbour. */
const PAUSE_MS = 5

/** Something that makes the writer work for a while. */
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
  'the deletion of 100,000 conversations': {
    fill: async (db, partitionNo) => {
      addConversations(db, partitionNo, 100_000)
      return ''
    },
    work: (server) => ask(server, 'DELETE', '/api/convos/all', {})
  }
}

/** How long the renames of one user take while the writer works for another. */
export default async function neighbours (): Promise<Result[]> {
  const results: Result[] = []
  for (const [what, load] of Object.entries(loads)) {
    const times = await renamesDuring(load)
    results.push(
      result([percentile(times, 0.99)], { what: `rename by another user, p99, beside ${what}`, unit: 'ms', atMost: 100 }),
      result([Math.max(...times)], { what: `rename by another user, longest, beside ${what}`, unit: 'ms' }))
  }
  return results
}

/** Milliseconds that each rename takes, one after another until the load is done. */
async function renamesDuring ({ fill, before, work }: Load): Promise<number[]> {
  const { path, db, partitionNo } = freshDatabase()
  const filled = await fill(db, partitionNo)
  db.$client.close()
  const server = await startParley(path, { CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: String(2 ** 32) })
  try {
    await before?.(server)
    const neighbour = { ...server, headers: headersFor(uuid()) }
    const conversationId = uuid()
    await ask(neighbour, 'POST', `/api/messages/${conversationId}`, { messageId: 'm', text: 'Hello' })
    const times: number[] = []
    const done = new AbortController()
    const finished = work(server, filled, path).finally(() => { done.abort() })
    for (let n = 0; !done.signal.aborted; n++) {
      times.push(await timed(() => ask(neighbour, 'POST', '/api/convos/update', { conversationId, title: `Title ${n}` })))
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    await finished
    return times
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

/** A ChatGPT export of conversations that begin alike, whatever the number of turns. */
function chats (count: number, turns: number) {
  const turn = text(800)
  return chatgptExport(Array.from({ length: count }, (_, n) => ({ id: `chat-${n}`, turns: Array.from({ length: turns }, (_, place) => `${place} ${turn}`) })))
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
