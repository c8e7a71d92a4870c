import { databaseOf } from './data.js'
import { result, type Result } from './report.js'
import { load, startParley } from './server-process.js'

/** Milliseconds until V8 has given back what starting left behind; it does so when it sees that there is little to do. */
const REST = 90_000

/**
 * Figure 8: resident memory at rest, after 100,000 pages of the list, and on a file of 1,000,000 conversations. The
 * heap takes some ten thousand requests to find its size, which is no growth.
 */
export default async function memory (): Promise<Result[]> {
  const small = await measure(1000, REST)
  const large = await measure(1_000_000, 0)
  return [
    result([small.started], { what: 'resident memory, just started', unit: 'MiB' }),
    result([small.idle], { figure: '8', what: 'resident memory, idle for a minute and a half', unit: 'MiB', atMost: 90 }),
    result([small.after - small.settled], { figure: '8', what: 'growth by 100,000 list requests, after the first 50,000', unit: 'MiB', atMost: 10 }),
    result([large.after], { figure: '8', what: 'resident memory, 1,000,000 conversations, after 150,000 list requests', unit: 'MiB', atMost: 200 })
  ]
}

const requests = [{ path: '/api/convos' }]

async function measure (count: number, rest: number) {
  const server = await startParley(databaseOf(count))
  try {
    const started = server.residentMiB()
    await new Promise((resolve) => setTimeout(resolve, rest))
    const idle = server.residentMiB()
    await load(server, { requests, amount: 50_000 })
    const settled = server.residentMiB()
    await load(server, { requests, amount: 100_000 })
    return { started, idle, settled, after: server.residentMiB() }
  } finally {
    await server.stop()
  }
}
