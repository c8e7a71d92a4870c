import { databaseOf } from './data.js'
import { pagesAt } from './pages.js'
import { ratios, result, type Result } from './report.js'
import { type BenchServer, loadPerCpu, startParley } from './server-process.js'
import { renames } from './write.js'

const ROUNDS = 5
const SIZES = [1000, 100_000, 1_000_000]

/** Figure 9: the same requests on files of a thousand, a hundred thousand and a million conversations. */
export default async function growth (): Promise<Result[]> {
  const servers: BenchServer[] = []
  try {
    for (const size of SIZES) servers.push(await startParley(databaseOf(size)))
    const kinds = await Promise.all(servers.map(requestsOf))
    const names = Object.keys(kinds[0] ?? {})
    const rates = new Map<string, number[]>()
    for (let round = 0; round <= ROUNDS; round++) {
      for (const name of names) {
        for (const [n, server] of servers.entries()) {
          const rate = await loadPerCpu(server, { requests: kinds[n]?.[name] ?? [], seconds: 1 })
          // The first round is there to warm up.
          if (round > 0) rates.set(name + n, [...rates.get(name + n) ?? [], rate])
        }
      }
    }
    return names.flatMap((name) => SIZES.slice(1).map((size, n) =>
      result(ratios(rates.get(`${name}${n + 1}`) ?? [], rates.get(`${name}0`) ?? []), {
        figure: '9', what: `${name}, ${size.toLocaleString('en')} conversations`, against: '1,000 conversations', atLeast: 0.85
      })))
  } finally {
    for (const server of servers) await server.stop()
  }
}

async function requestsOf (server: BenchServer): Promise<Record<string, Awaited<ReturnType<typeof pagesAt>>>> {
  const list = await pagesAt(server, '')
  const ids: string[] = []
  for (const { path = '' } of list) {
    const answer = await fetch(server.url + path, { headers: server.headers })
    const { conversations }: { conversations: Array<{ conversationId: string }> } = JSON.parse(await answer.text())
    ids.push(...conversations.map(({ conversationId }) => conversationId))
  }
  return {
    list,
    'one conversation': ids.map((id) => ({ path: `/api/convos/${id}` })),
    rename: renames(ids)
  }
}
