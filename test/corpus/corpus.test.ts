import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import t, { type Test } from 'tap'
import { packageRoot } from '../../src/paths.js'
import { noLimits } from '../no-limits.js'
import { compileInto, startServer } from '../server-process.js'
import { type Count, countFile } from './count.js'

const corpus = join(packageRoot, '../shared/fixtures')

/** Files that hold no history, and the problem each is refused with. */
const refused: Record<string, string> = {
  'chatgpt/handmade-empty-array.json': 'IMPORT_NOT_A_HISTORY',
  'chatgpt/handmade-truncated.json': 'IMPORT_TRUNCATED',
  'chatgpt/librechat-sharded/conversation_asset_file_names.json': 'IMPORT_NOT_A_HISTORY',
  'chatgpt/librechat-sharded/export_manifest.json': 'IMPORT_NOT_A_HISTORY',
  'chatgpt/librechat-sharded/user.json': 'IMPORT_NOT_A_HISTORY',
  'claude/ccviewer-simple-invalid.json': 'IMPORT_UNKNOWN_FORMAT',
  'generic/handmade-unsupported.json': 'IMPORT_UNKNOWN_FORMAT'
}

/** Archives, and the unpacked files that say what is in them. */
const archives: Record<string, string[]> = {
  'chatgpt/librechat-sharded-export.zip': ['chatgpt/librechat-sharded/conversations-000.json', 'chatgpt/librechat-sharded/conversations-001.json'],
  'claude/librechat-claude-export.zip': ['claude/librechat-claude-conversations.json']
}

interface Stored { messageId: string, parentMessageId: string, createdAt: string, model: string | null }

interface Page { conversations: Array<{ conversationId: string }>, nextCursor: string | null }

/** A request to the server by one account. */
type Ask = (path: string, init?: RequestInit) => Promise<Response>

const environment = { PORT: '0', ALLOW_REGISTRATION: 'true', ...noLimits }

if (!existsSync(corpus)) {
  t.pass('the corpus of real exports is absent: ../shared/fixtures')
} else {
  t.test('every real export is imported whole', async (t) => {
    const folder = t.testdir({})
    // Compiled, because every import starts a thread, and compiling one for each of them takes minutes.
    await compileInto(folder)
    const { url } = await startServer(t, folder, { ...environment, DATABASE_PATH: join(folder, 'data/parley.db') })
    for (const file of filesIn(corpus)) await t.test(file, async (t) => checkFile(t, file, await newAccount(url, file)))
  })
}

/** Requests of a new account: one for each file, so that all it holds is that file. */
async function newAccount (url: string, file: string): Promise<Ask> {
  const account = { email: `${file.replace(/\W+/g, '-')}@example.test`, password: 'correct horse battery staple' }
  const post = (path: string) => fetch(url + path, { method: 'POST', body: JSON.stringify(account), headers: { 'content-type': 'application/json' } })
  await post('/api/auth/register')
  const { token } = JSON.parse(await (await post('/api/auth/login')).text())
  return (path, init) => fetch(url + path, { ...init, headers: { authorization: `Bearer ${token}` } })
}

function filesIn (directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => /\.(json|zip)$/.test(file))
    .sort()
}

async function checkFile (t: Test, file: string, ask: Ask) {
  const body = new FormData()
  body.set('file', new Blob([readFileSync(join(corpus, file))]), basename(file))
  const answer = await ask('/api/convos/import', { method: 'POST', body })
  const report = await answer.json()
  if (file in refused) {
    t.match([answer.status, report], [400, { code: refused[file], detail: /^[A-Z].*\.$|^[A-Z].* again$/s }])
    return
  }
  t.equal(answer.status, 201, JSON.stringify(report))
  const stored = await storedChats(ask)
  for (const messages of stored) checkOrder(t, messages)
  const expected = countFiles(archives[file] ?? [file])
  const { earliest, latest, ...counts } = countStored(stored)
  const { earliest: first, latest: last, ...shown } = expected
  t.strictSame(counts, shown)
  if (first === null || last === null) return
  t.equal(earliest, first, 'the earliest time is that of the file')
  // Each answer is at least 1 ms after what it answers.
  t.ok(latest !== null && latest >= last && latest <= last + expected.messages, `the latest time is that of the file: ${latest} and ${last}`)
}

/** The messages of every conversation the account has, archived ones too. */
async function storedChats (ask: Ask): Promise<Stored[][]> {
  const ids: string[] = []
  for (const isArchived of ['false', 'true']) {
    let cursor: string | null | undefined
    while (cursor !== null) {
      const list = await ask(`/api/convos?limit=100&isArchived=${isArchived}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
      const page: Page = JSON.parse(await list.text())
      for (const { conversationId } of page.conversations) ids.push(conversationId)
      cursor = page.nextCursor
    }
  }
  return await Promise.all(ids.map(async (id) => JSON.parse(await (await ask(`/api/messages/${id}`)).text())))
}

function checkOrder (t: Test, messages: Stored[]) {
  const root = '00000000-0000-0000-0000-000000000000'
  const before = new Map<string, number>([[root, 0]])
  const misplaced = messages.filter(({ messageId, parentMessageId, createdAt }) => {
    const parent = before.get(parentMessageId)
    before.set(messageId, Date.parse(createdAt))
    return parent === undefined || parent >= Date.parse(createdAt)
  })
  t.strictSame(misplaced, [], 'parents exist, come first and are older')
}

function countStored (chats: Stored[][]): Count {
  const messages = chats.flat()
  const ids = new Set(messages.map(({ messageId }) => messageId))
  const parents = messages.map(({ parentMessageId }) => parentMessageId)
  const times = messages.map(({ createdAt }) => Date.parse(createdAt))
  return {
    conversations: chats.length,
    messages: messages.length,
    forks: new Set(parents.filter((parent, index) => ids.has(parent) && parents.indexOf(parent) !== index)).size,
    roots: parents.filter((parent) => !ids.has(parent)).length,
    earliest: Math.min(...times),
    latest: Math.max(...times),
    models: [...new Set(messages.map(({ model }) => model).filter((model) => model !== null))].sort()
  }
}

function countFiles (files: string[]): Count {
  const counts = files.map((file) => countFile(file.split('/')[0] ?? '', JSON.parse(readFileSync(join(corpus, file), 'utf8').replace(/^\uFEFF/, ''))))
  return counts.reduce((all, count) => ({
    conversations: all.conversations + count.conversations,
    messages: all.messages + count.messages,
    forks: all.forks + count.forks,
    roots: all.roots + count.roots,
    earliest: lowest([all.earliest, count.earliest]),
    latest: highest([all.latest, count.latest]),
    models: [...new Set([...all.models, ...count.models])].sort()
  }))
}

function lowest (times: Array<number | null>): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function highest (times: Array<number | null>): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.max(...known)
}
