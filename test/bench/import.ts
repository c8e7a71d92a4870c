import { closeSync, createWriteStream, openAsBlob, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { v7 as uuid } from 'uuid'
import { conversationKey } from '../../src/db/keys.js'
import { openJson } from '../../src/imports/json/scanner.js'
import { messageWords } from '../../src/search/index/entries.js'
import { chatgptEntry } from '../chatgpt-export.js'
import { ask, timed } from './ask.js'
import { freshDatabase, random } from './data.js'
import { benchFolder } from './folder.js'
import { percentile, ratios, result, type Result } from './report.js'
import { startParley } from './server-process.js'

const MEGABYTES = Number(process.env.BENCH_IMPORT_MB ?? 100)
const ROUNDS = Number(process.env.BENCH_IMPORT_ROUNDS ?? 3)
const VOCABULARY = 50_000
/** Messages in one transaction of the bare loop. */
const BATCH = 20_000

interface Entry { id: string, title: string, mapping: Record<string, { message: { content: { parts: string[] } } | null }> }

/** Figure 7: an export over HTTP until it is searchable, against the same rows and entries written by a bare loop. */
export default async function importing (): Promise<Result[]> {
  const file = await generateExport(MEGABYTES)
  const megabytes = statSync(file).size / 1e6
  const bare: number[] = []
  const ours: number[] = []
  const resident: number[] = []
  const listP99: number[] = []
  const writeP99: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(megabytes / bareSeconds(file))
    const run = await throughServer(file)
    ours.push(megabytes / run.seconds)
    resident.push(run.residentMiB)
    listP99.push(percentile(run.lists, 0.99))
    writeP99.push(percentile(run.writes, 0.99))
  }
  const size = `${MEGABYTES} MB`
  return [
    result(ratios(ours, bare), { figure: '7', what: `import of ${size}, end to end`, against: 'bare loop, one thread', atLeast: 0.8 }),
    result(ours, { what: `import of ${size}`, unit: 'MB/s' }),
    result(resident, { figure: '7', what: `import of ${size}, resident memory above idle`, unit: 'MiB', atMost: 256 }),
    result(listP99, { what: `list meanwhile, p99, ${size}`, unit: 'ms' }),
    result(writeP99, { figure: '7', what: `small writes meanwhile, p99, ${size}`, unit: 'ms', atMost: 60 })
  ]
}

/** A ChatGPT export of about this size: conversations of 18 messages with words as frequent as in prose. */
async function generateExport (megabytes: number) {
  const file = join(benchFolder(), 'conversations.json')
  const out = createWriteStream(file)
  const next = random(megabytes)
  const word = () => `w${Math.floor(VOCABULARY ** next())}`
  const text = () => Array.from({ length: 160 }, word).join(' ')
  let written = 0
  out.write('[')
  for (let n = 0; written < megabytes * 1e6; n++) {
    const entry = JSON.stringify(chatgptEntry({ id: `chat-${n}`, title: text().slice(0, 40), turns: Array.from({ length: 18 }, text) }))
    written += entry.length
    if (!out.write((n === 0 ? '' : ',') + entry)) await once(out, 'drain')
  }
  out.end(']')
  await once(out, 'finish')
  return file
}

/** Seconds for scanning, parsing, and raw prepared inserts of rows and search entries on this thread. */
function bareSeconds (file: string) {
  const { db, partitionNo } = freshDatabase()
  const { $client: sqlite } = db
  const addConversation = sqlite.prepare(
    `INSERT INTO conversations (pk, partition_no, conversation_id, title, title_key, message_count, next_message, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, 18, 19, 1, 1)`)
  const addMessage = sqlite.prepare(
    'INSERT INTO messages (pk, message_id, parent_message_id, source_id, body, created_at, updated_at) VALUES ((? << 18) + ?, ?, ?, ?, ?, ?, ?)')
  const addEntry = sqlite.prepare('INSERT INTO search (rowid, words) VALUES ((? << 18) + ?, ?)')
  sqlite.exec('INSERT INTO search (search, rank) VALUES (\'hashsize\', 33554432)')

  const start = performance.now()
  const fd = openSync(file, 'r')
  const json = openJson(fd)
  let number = 0
  let count = 0
  sqlite.exec('BEGIN')
  for (const element of json.elements(json.root)) {
    if (!('value' in element)) throw new Error('The generated export has a broken entry')
    // The file is this bench's own.
    const entry = element.value as unknown as Entry
    const pk = conversationKey(1, ++number)
    addConversation.run(pk, partitionNo, uuid(), entry.title, entry.title)
    let parent: string | null = null
    let n = 0
    for (const [sourceId, { message }] of Object.entries(entry.mapping)) {
      if (!message) continue
      const [text = ''] = message.content.parts
      const body = { sender: 'user', isCreatedByUser: true, text, endpoint: 'openAI', model: null, unfinished: false, error: false }
      const messageId = uuid()
      addMessage.run(pk, ++n, messageId, parent, sourceId, JSON.stringify(body), n, n)
      addEntry.run(pk, n, messageWords(1, body))
      parent = messageId
      if (++count % BATCH === 0) sqlite.exec('COMMIT; BEGIN')
    }
  }
  sqlite.exec('COMMIT')
  closeSync(fd)
  sqlite.close()
  return (performance.now() - start) / 1000
}

/** The same file through the whole product, while others read and write. */
async function throughServer (file: string) {
  const { path, db } = freshDatabase()
  db.$client.close()
  const server = await startParley(path, { CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: String(2 ** 32) })
  try {
    const conversationId = uuid()
    await ask(server, 'POST', `/api/messages/${conversationId}`, { messageId: 'm', text: 'Hello' })
    const idle = server.residentMiB()
    const form = new FormData()
    form.append('file', await openAsBlob(file), 'conversations.json')
    const lists: number[] = []
    const writes: number[] = []
    server.forgetPeak()
    const done = new AbortController()
    const start = performance.now()
    const imported = fetch(`${server.url}/api/convos/import`, { method: 'POST', headers: server.headers, body: form })
      .then(async (answer) => { if (!answer.ok) throw new Error(await answer.text()) })
      .finally(() => { done.abort() })
    for (let n = 0; !done.signal.aborted; n++) {
      lists.push(await timed(() => ask(server, 'GET', '/api/convos')))
      writes.push(await timed(() => ask(server, 'POST', '/api/convos/update', { conversationId, title: `Title ${n}` })))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await imported
    return { seconds: (performance.now() - start) / 1000, residentMiB: server.peakMiB() - idle, lists, writes }
  } finally {
    await server.stop()
  }
}
