import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addConversations, freshDatabase, random } from './data.js'
import { ratios, type Result, result } from './report.js'
import { type BenchServer, load, startConstant, startParley } from './server-process.js'

const ROUNDS = 5
/** Cursors a query is asked with, in turn, so that pages come from random depths. */
const DEPTHS = 40

const queries = {
  'newest first': '',
  'updatedAt asc': 'sortDirection=asc',
  'createdAt desc': 'sortBy=createdAt',
  'createdAt asc': 'sortBy=createdAt&sortDirection=asc',
  'title desc': 'sortBy=title',
  'title asc': 'sortBy=title&sortDirection=asc',
  archived: 'isArchived=true',
  pinned: 'pinned=true',
  'a tag on half of them': 'tags=often',
  'a tag on one of 5,000': 'tags=seldom',
  'both tags, by title': 'tags=often&tags=seldom&sortBy=title'
}

/** Figures 1, 2, 5 and 9: a page of the list from any depth, against the same bytes without a database. */
export default async function list (): Promise<Result[]> {
  const small = await measure(100_000, true)
  const large = await measure(1_000_000, false)
  const tiny = await measure(1000, false)
  const plain = (rates: Map<string, number[]>) => rates.get('newest first') ?? []
  return [
    ...small.results,
    ...large.results,
    result(ratios(plain(small.rates), plain(tiny.rates)), { figure: '9', what: 'list, 100,000 conversations', against: '1,000', atLeast: 0.85 }),
    result(ratios(plain(large.rates), plain(tiny.rates)), { figure: '9', what: 'list, 1,000,000 conversations', against: '1,000', atLeast: 0.85 })
  ]
}

async function measure (count: number, withCeiling: boolean) {
  const { path, db, partitionNo } = freshDatabase()
  addConversations(db, partitionNo, count)
  db.$client.close()
  const server = await startParley(path)
  const page = await (await fetch(`${server.url}/api/convos`, { headers: server.headers })).text()
  const file = join(mkdtempSync(join(tmpdir(), 'parley-bench-')), 'page.json')
  writeFileSync(file, page)
  const ceiling = await startConstant(path, { list: file })
  try {
    const urls = new Map<string, string[]>()
    for (const [name, query] of Object.entries(queries)) urls.set(name, await pagesAt(server, query))
    const rates = new Map<string, number[]>([...urls.keys(), 'ceiling', 'no token'].map((name) => [name, []]))
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, paths] of urls) {
        const { perCpuSecond } = await load(server, { requests: paths.map((path) => ({ path })) })
        rates.get(name)?.push(perCpuSecond)
      }
      if (!withCeiling) continue
      rates.get('ceiling')?.push((await load(ceiling, { requests: [{ path: '/list' }] })).perCpuSecond)
      rates.get('no token')?.push((await load(ceiling, { requests: [{ path: '/open/list' }] })).perCpuSecond)
    }
    return { rates, results: resultsOf(rates, count, withCeiling) }
  } finally {
    await server.stop()
    await ceiling.stop()
  }
}

function resultsOf (rates: Map<string, number[]>, count: number, withCeiling: boolean): Result[] {
  const of = (name: string) => rates.get(name) ?? []
  const size = count.toLocaleString('en')
  const [first, ...others] = Object.keys(queries)
  return [
    ...withCeiling && first
      ? [
          result(ratios(of(first), of('ceiling')), { figure: '1', what: `list ${size}, ${first}`, against: 'constant page', atLeast: 0.8 }),
          result(ratios(of('ceiling'), of('no token')), { figure: '5', what: 'token check and account look-up', against: 'none', atLeast: 0.75 })
        ]
      : [],
    ...others.map((name) => result(ratios(of(name), of(first ?? '')), { figure: '2', what: `list ${size}, ${name}`, against: `list ${size}, ${first}`, atLeast: 0.8 }))
  ]
}

/** Paths of pages spread over the whole of a list. */
async function pagesAt (server: BenchServer, query: string) {
  const paths = [`/api/convos?${query}`]
  const next = random(query.length)
  let cursor: string | null = null
  do {
    const path: string = `/api/convos?${query}&limit=100${cursor === null ? '' : `&cursor=${cursor}`}`
    const answer = await fetch(server.url + path, { headers: server.headers })
    const body: { nextCursor: string | null } = JSON.parse(await answer.text())
    cursor = body.nextCursor
    if (cursor !== null && next() < 0.05) paths.push(`/api/convos?${query}&cursor=${cursor}`)
  } while (cursor !== null && paths.length < DEPTHS)
  return paths
}
