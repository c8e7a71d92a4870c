import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { openReader } from '../../src/db/open.js'
import { searchFaults } from '../../src/search/index/check.js'
import { random } from '../bench/data.js'
import { chatgptExport } from '../chatgpt-export.js'
import { type Headers, importFile, newAccount, openDoors, titlesOf } from './import-client.js'
import { type Rows, rowsByUser, untilSettled } from './import-rows.js'
import { compileInto, startServer } from '../server-process.js'

// Side by side, because most of the time a single processor is busy starting a server.
const SEEDS = [1, 2]
const KILLS = 25

const EARLY = { conversations: 20, turns: 2 }
const WHOLE = { conversations: 160, turns: 4 }

const USED_ROUTES = /(auth\/(login|register)|convos\/(import|list)|user\/delete|health)\.js$/

const folder = t.testdir({})
const [early, whole] = [history(EARLY), history(WHOLE)]

await compileInto(folder)
// Compiling their schemas is most of what a start takes, and there are many starts.
for (const file of await readdir(join(folder, 'dist/routes'), { recursive: true })) {
  if (file.endsWith('.js') && !USED_ROUTES.test(file)) await rm(join(folder, 'dist/routes', file))
}

t.jobs = SEEDS.length
for (const seed of SEEDS) {
  t.test(`${KILLS} kills during imports leave all or nothing, seed ${seed}`, { buffered: true }, async (t) => {
    const path = join(folder, `${seed}/parley.db`)
    const start = () => startServer(t, folder, { ...openDoors, DOCS: 'false', DATABASE_PATH: path })
    const next = random(seed)

    async function earlyAccount (name: string) {
      const headers = await newAccount(server.url, name)
      await importFile(server.url, headers, early)
      await untilSettled(path)
      return headers
    }

    async function startOver () {
      await fetch(`${server.url}/api/user/delete`, { method: 'DELETE', headers: ada })
      return await earlyAccount('ada')
    }

    let server = await start()
    await earlyAccount('bob')
    let ada = await earlyAccount('ada')
    await server.stop('SIGTERM')

    server = await start()
    let duration = (await importWhole(server.url, ada))?.took ?? 0
    ada = await startOver()

    const moments = { receiving: 0, reading: 0, staging: 0, publishing: 0, published: 0 }
    for (let kill = 1; kill <= KILLS; kill++) {
      const before = rows(path)
      const importing = importWhole(server.url, ada)
      // Some kills come after the import, while its rows are moved to where they stay.
      await wait(1.2 * duration * next())
      t.equal(await server.stop('SIGKILL'), 'SIGKILL')
      const answer = await importing
      const moment = momentOf(rows(path).ada)
      moments[moment]++
      const isPublished = moment === 'publishing' || moment === 'published'
      t.ok(!answer || (answer.status === 201 && moment === 'published'), `kill ${kill} while ${moment}`)
      duration = Math.min(duration, answer?.took ?? Infinity)

      server = await start()
      t.strictSame(await readdir(`${path}-uploads`), [], 'no file is left')
      // The start ends what was being published.
      if (moment === 'publishing') await untilSettled(path)
      t.strictSame(await titlesOf(server.url, ada), titles(isPublished ? WHOLE : EARLY), 'all is seen or nothing')
      await untilSettled(path)
      const after = rows(path)
      t.strictSame(after.bob, before.bob, 'somebody else has what they had')
      if (isPublished) t.strictSame(counts(after.ada), complete)
      else t.strictSame(after.ada, before.ada, 'every row is as before')
      t.strictSame(faults(path), [], 'the index has the words that are stored')
      if (isPublished) ada = await startOver()
    }
    t.ok(moments.reading + moments.staging > 0, 'kills came in the middle')
    t.comment(`${Math.round(duration)} ms for an import; kills while ${JSON.stringify(moments)}`)

    const { bob } = rows(path)
    const { status, report } = await importFile(server.url, ada, whole)
    t.match({ status, ...report }, {
      status: 201,
      imported: WHOLE.conversations - EARLY.conversations,
      updated: EARLY.conversations,
      messages: WHOLE.conversations * WHOLE.turns - EARLY.conversations * EARLY.turns,
      errors: []
    })
    t.strictSame(await titlesOf(server.url, ada), titles(WHOLE))
    await untilSettled(path)
    t.equal(await server.stop('SIGTERM'), 0)
    t.strictSame(counts(rows(path).ada), complete)
    t.strictSame(rows(path).bob, bob)
    t.strictSame(faults(path), [])
  })
}

function history ({ conversations, turns }: typeof WHOLE) {
  // With so much text reading and staging go on side by side; with few words neither takes long.
  const filling = '.'.repeat(8000)
  const text = (c: number, n: number) => Array.from({ length: 20 }, (_, w) => `word${(c * 31 + n * 7 + w) % 997}`).join(' ') + filling
  return chatgptExport(titles({ conversations }).map((title, c) => ({
    id: `c${c}`, title, turns: Array.from({ length: turns }, (_, n) => text(c, n))
  })))
}

function titles ({ conversations }: { conversations: number }) {
  return Array.from({ length: conversations }, (_, c) => `Conversation ${String(c).padStart(3, '0')}`)
}

async function importWhole (url: string, headers: Headers): Promise<{ status: number, took: number } | null> {
  const over = new AbortController()
  // While other commands wait, the writer commits what it stages in small steps.
  const knocking = knock(url, over.signal)
  const begun = performance.now()
  try {
    const { status } = await importFile(url, headers, whole)
    return { status, took: performance.now() - begun }
  } catch {
    // The kill came before the answer.
    return null
  } finally {
    over.abort()
    await knocking
  }
}

async function knock (url: string, signal: AbortSignal) {
  while (!signal.aborted) {
    await fetch(`${url}/readyz`).catch(() => null)
    await wait(10)
  }
}

function rows (path: string) {
  const [bob, ada, ...others] = rowsByUser(path).values()
  if (!bob || !ada || others.length > 0) throw new Error('One of the accounts has nothing, or there is a third')
  return { bob, ada }
}

function counts (rows: Rows) {
  return Object.fromEntries(Object.entries(rows).map(([table, { length }]) => [table, length]))
}

const complete = {
  conversations: WHOLE.conversations,
  messages: WHOLE.conversations * WHOLE.turns,
  import_origins: WHOLE.conversations,
  staged_messages: 0,
  partitions: 1
}

function momentOf ({ partitions, conversations }: Rows) {
  const hasNew = conversations.length > EARLY.conversations
  if (partitions.some(({ state }) => state === 'publishing')) return 'publishing'
  if (partitions.some(({ state }) => state === 'staged')) return hasNew ? 'staging' : 'reading'
  return hasNew ? 'published' : 'receiving'
}

function faults (path: string) {
  const db = openReader(path)
  try {
    return searchFaults(db)
  } finally {
    db.$client.close()
  }
}
