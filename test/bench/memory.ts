import { databaseOf } from './data.js'
import { result, type Result } from './report.js'
import { load, startParley } from './server-process.js'

/** Figure 8: resident memory at rest, after 100,000 pages of the list, and on a file of 1,000,000 conversations. */
export default async function memory (): Promise<Result[]> {
  const small = await measure(1000)
  const large = await measure(1_000_000)
  return [
    result([small.idle], { figure: '8', what: 'resident memory, idle', unit: 'MiB', atMost: 90 }),
    result([small.after - small.settled], { figure: '8', what: 'growth from 20,000 to 100,000 list requests', unit: 'MiB', atMost: 10 }),
    result([large.after], { figure: '8', what: 'resident memory, 1,000,000 conversations, 100,000 list requests', unit: 'MiB', atMost: 200 })
  ]
}

const requests = [{ path: '/api/convos' }]

async function measure (count: number) {
  const server = await startParley(databaseOf(count))
  try {
    const idle = server.residentMiB()
    await load(server, { requests, amount: 20_000 })
    const settled = server.residentMiB()
    await load(server, { requests, amount: 80_000 })
    return { idle, settled, after: server.residentMiB() }
  } finally {
    await server.stop()
  }
}
