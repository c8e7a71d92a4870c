import { databaseOf } from './data.js'
import { answerFile, pagesAt } from './pages.js'
import { ratios, result, type Result } from './report.js'
import { loadPerCpu, startConstant, startParley } from './server-process.js'

const ROUNDS = 9
const CONVERSATIONS = 100_000

/** Figures 1 and 5: a page of the list from any depth, and the token check, against the same bytes without a database. */
export default async function list (): Promise<Result[]> {
  const path = databaseOf(CONVERSATIONS)
  const server = await startParley(path)
  const ceiling = await startConstant(path, { list: await answerFile(server, '/api/convos') })
  try {
    const pages = await pagesAt(server, '')
    const rates = { ours: [0], checked: [0], open: [0] }
    for (let round = 0; round <= ROUNDS; round++) {
      rates.ours[round] = await loadPerCpu(server, { requests: pages, seconds: 1 })
      rates.checked[round] = await loadPerCpu(ceiling, { requests: [{ path: '/list' }], seconds: 1 })
      rates.open[round] = await loadPerCpu(ceiling, { requests: [{ path: '/open/list' }], seconds: 1 })
    }
    // The first round is there to warm up.
    const [ours, checked, open] = [rates.ours.slice(1), rates.checked.slice(1), rates.open.slice(1)]
    return [
      result(ratios(ours, checked), { figure: '1', what: 'GET a page of 25 from 100,000', against: 'constant page, same token check', atLeast: 0.8 }),
      result(ratios(checked, open), { figure: '5', what: 'token check and account', against: 'constant page, no check', atLeast: 0.75 })
    ]
  } finally {
    await server.stop()
    await ceiling.stop()
  }
}
