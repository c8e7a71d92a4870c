import { databaseOf } from './data.js'
import { pagesAt } from './pages.js'
import { ratios, result, type Result } from './report.js'
import { loadPerCpu, startParley } from './server-process.js'

const ROUNDS = 5
const PLAIN = 'newest first'

const queries = {
  [PLAIN]: '',
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

/** Figure 2: every filter and sort against the plain list of the same file. */
export default async function filters (): Promise<Result[]> {
  return [...await measure(100_000), ...await measure(1_000_000)]
}

async function measure (count: number) {
  const server = await startParley(databaseOf(count))
  try {
    const pages = new Map<string, Awaited<ReturnType<typeof pagesAt>>>()
    for (const [name, query] of Object.entries(queries)) pages.set(name, await pagesAt(server, query))
    const rates = new Map<string, number[]>()
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, requests] of pages) {
        const rate = await loadPerCpu(server, { requests, seconds: 1 })
        // The first round is there to warm up.
        if (round > 0) rates.set(name, [...rates.get(name) ?? [], rate])
      }
    }
    const plain = rates.get(PLAIN) ?? []
    rates.delete(PLAIN)
    const size = count.toLocaleString('en')
    return [...rates].map(([name, values]) =>
      result(ratios(values, plain), { figure: '2', what: `list ${size}, ${name}`, against: `list ${size}, ${PLAIN}`, atLeast: 0.8 }))
  } finally {
    await server.stop()
  }
}
