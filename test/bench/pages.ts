import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Request } from 'autocannon'
import { random } from './data.js'
import { benchFolder } from './folder.js'
import type { BenchServer } from './server-process.js'

/** Cursors a query is asked with, in turn, so that pages come from random depths. */
const DEPTHS = 40

/** Requests for pages spread over the whole of a list. */
export async function pagesAt (server: BenchServer, query: string): Promise<Request[]> {
  const paths = [`/api/convos?${query}`]
  const next = random(query.length)
  let cursor: string | null = null
  do {
    const path: string = `/api/convos?${query}&limit=100${cursor === null ? '' : `&cursor=${cursor}`}`
    const answer = await fetch(server.url + path, { headers: server.headers })
    const body: { conversations: unknown[], nextCursor: string | null } = JSON.parse(await answer.text())
    if (body.conversations.length === 0) throw new Error(`There is nothing to list with ${query}`)
    cursor = body.nextCursor
    if (cursor !== null && next() < 0.05) paths.push(`/api/convos?${query}&cursor=${cursor}`)
  } while (cursor !== null && paths.length < DEPTHS)
  return paths.map((path) => ({ path }))
}

/** Saves what a path answers to a file, for the constant that stands for it. */
export async function answerFile (server: BenchServer, path: string) {
  const file = join(benchFolder(), 'answer.json')
  writeFileSync(file, await (await fetch(server.url + path, { headers: server.headers })).text())
  return file
}
