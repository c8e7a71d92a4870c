import { copyFileSync } from 'node:fs'
import { databaseOf } from './data.js'
import { result, type Result } from './report.js'
import { type BenchServer, load, startParley } from './server-process.js'

/** Milliseconds until V8 has given back what starting left behind; it does so when it sees that there is little to do. */
const REST = 90_000

/** Servers that rest at the same time: what one has resident differs by some MiB from one start to the next. */
const STARTS = 5

const requests = [{ path: '/api/convos' }]

/**
 * Figure 8: resident memory at rest, after 100,000 pages of the list, and on a file of 1,000,000 conversations. The
 * heap takes some ten thousand requests to find its size, which is no growth.
 */
export default async function memory (): Promise<Result[]> {
  const small = await measure(Array.from({ length: STARTS }, (_, start) => copyOf(databaseOf(1000), start)), REST)
  const large = await measure([databaseOf(1_000_000)], 0)
  return [
    result(small.started, { what: 'resident memory, just started', unit: 'MiB' }),
    result(small.idle, { figure: '8', what: 'resident memory, idle for a minute and a half', unit: 'MiB', atMost: 90 }),
    result([small.after - small.settled], { figure: '8', what: 'growth by 100,000 list requests, after the first 50,000', unit: 'MiB', atMost: 10 }),
    result([large.after], { figure: '8', what: 'resident memory, 1,000,000 conversations, after 150,000 list requests', unit: 'MiB', atMost: 200 })
  ]
}

function copyOf (path: string, number: number) {
  const copy = `${path}-${number}`
  copyFileSync(path, copy)
  return copy
}

/** What servers on these files have resident, in MiB, and what one of them has when it was busy. */
async function measure (paths: string[], rest: number) {
  const servers: BenchServer[] = []
  try {
    const started: number[] = []
    for (const path of paths) {
      const server = await startParley(path)
      servers.push(server)
      started.push(server.residentMiB())
    }
    await new Promise((resolve) => setTimeout(resolve, rest))
    const idle = servers.map((server) => server.residentMiB())
    const [busy] = servers
    if (!busy) throw new Error('Nothing was started')
    await load(busy, { requests, amount: 50_000 })
    const settled = busy.residentMiB()
    await load(busy, { requests, amount: 100_000 })
    return { started, idle, settled, after: busy.residentMiB() }
  } finally {
    for (const server of servers) await server.stop()
  }
}
