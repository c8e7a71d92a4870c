import type { Request } from 'autocannon'
import { conversationKey } from '../../src/db/keys.js'
import { openWriter } from '../../src/db/open.js'
import { titleKey } from '../../src/search/index/title-key.js'
import { reindexTitle } from '../../src/search/index/entries.js'
import { addConversations, freshDatabase } from './data.js'
import { ratios, result, type Result } from './report.js'
import { load, startParley } from './server-process.js'

const ROUNDS = 5
const SECONDS = 2
const CONVERSATIONS = 100_000

/**
 * Figure 6: a rename over HTTP, its answer after the commit, against the same statements on one thread, each in a
 * transaction of its own. Here it is requests per second that count: most of the time is spent waiting for the disk.
 */
export default async function write (): Promise<Result[]> {
  const { path, db, partitionNo } = freshDatabase()
  addConversations(db, partitionNo, CONVERSATIONS)
  const ids = db.$client.prepare<[], string>('SELECT conversation_id FROM conversations ORDER BY pk LIMIT 2000').pluck().all()
  db.$client.close()
  const requests = renames(ids)

  const bare: number[] = []
  const alone: number[] = []
  const together: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(bareRate(path))
    const server = await startParley(path)
    try {
      alone.push((await load(server, { connections: 1, seconds: SECONDS, requests })).perSecond)
      together.push((await load(server, { connections: 32, seconds: SECONDS, requests })).perSecond)
    } finally {
      await server.stop()
    }
  }
  const against = 'bare prepared UPDATE, own FULL transaction'
  return [
    result(ratios(alone, bare), { figure: '6', what: 'rename, one client after another', against, atLeast: 0.35 }),
    result(ratios(together, bare), { figure: '6', what: 'rename, 32 clients at once', against, atLeast: 1 })
  ]
}

/** Requests that rename these conversations. */
export function renames (ids: string[]): Request[] {
  return ids.map((conversationId, n) => ({
    method: 'POST',
    path: '/api/convos/update',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ conversationId, title: `Title ${n}` })
  }))
}

/** Renames per second on this thread, with the index entries a rename changes. */
function bareRate (path: string) {
  const db = openWriter(path)
  const { $client: sqlite } = db
  const rename = sqlite.prepare('UPDATE conversations SET title = ?, title_key = ?, updated_at = updated_at + 1 WHERE pk = ?')
  const titleOf = sqlite.prepare<[number], string>('SELECT title FROM conversations WHERE pk = ?').pluck()
  const until = performance.now() + SECONDS * 1000
  let count = 0
  while (performance.now() < until) {
    const pk = conversationKey(1, (count % 2000) + 1)
    const title = `Bare ${count}`
    sqlite.exec('BEGIN IMMEDIATE')
    reindexTitle(db, pk, titleOf.get(pk) ?? '', title)
    rename.run(title, titleKey(title), pk)
    sqlite.exec('COMMIT')
    count++
  }
  sqlite.close()
  return count / SECONDS
}
