import { conversationKey } from '../../src/db/keys.js'
import { addConversations, addMessages, freshDatabase } from './data.js'
import { percentile, result, type Result } from './report.js'
import { type BenchServer, startParley } from './server-process.js'

/** Figure 10: what others feel while a long conversation, or a hundred thousand of them, are deleted and swept. */
export default async function remove (): Promise<Result[]> {
  const { path, db, partitionNo } = freshDatabase()
  addConversations(db, partitionNo, 100_000)
  addMessages(db, conversationKey(1, 1), 10_000)
  const id = db.$client.prepare('SELECT conversation_id FROM conversations WHERE pk = ?').pluck().get(conversationKey(1, 1))
  db.$client.close()
  const server = await startParley(path)
  try {
    const one = await waits(server, () => ask(server, 'DELETE', '/api/convos', { conversationId: id }))
    const all = await waits(server, () => ask(server, 'DELETE', '/api/convos/all', {}))
    return [
      ...figures('a conversation of 10,000 messages', one),
      ...figures('100,000 conversations', all)
    ]
  } finally {
    await server.stop()
  }
}

function figures (what: string, latencies: number[]) {
  return [
    result([percentile(latencies, 0.99)], { figure: '10', what: `other requests, p99, deleting ${what}`, unit: 'ms', atMost: 50 }),
    result([Math.max(...latencies)], { figure: '10', what: `other requests, longest, deleting ${what}`, unit: 'ms', atMost: 50 })
  ]
}

/** Milliseconds that list requests take, one after another, from the start of `work` until the sweep behind it is done. */
async function waits (server: BenchServer, work: () => Promise<unknown>) {
  const latencies: number[] = []
  const done = new AbortController()
  const finished = work().then(() => new Promise((resolve) => setTimeout(resolve, 10_000))).then(() => { done.abort() })
  while (!done.signal.aborted) {
    const start = performance.now()
    await ask(server, 'GET', '/api/convos')
    latencies.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await finished
  return latencies
}

async function ask (server: BenchServer, method: string, path: string, body?: object) {
  const answer = await fetch(server.url + path, {
    method,
    headers: { ...server.headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) })
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return answer.text()
}
