import { conversationKey } from '../../src/db/keys.js'
import { ask, listsDuring } from './ask.js'
import { addConversations, addMessages, freshDatabase } from './data.js'
import { percentile, result, type Result } from './report.js'
import { type BenchServer, settled, startParley } from './server-process.js'

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
    const archived = await waits(server, () => ask(server, 'POST', '/api/convos/archive/all'))
    const all = await waits(server, () => ask(server, 'DELETE', '/api/convos/all', {}))
    return [
      ...figures('deleting a conversation of 10,000 messages', one),
      ...figures('archiving 100,000 conversations', archived),
      ...figures('deleting 100,000 conversations', all)
    ]
  } finally {
    await server.stop()
  }
}

function figures (what: string, latencies: number[]) {
  return [
    result([percentile(latencies, 0.99)], { figure: '10', what: `other requests, p99, ${what}`, unit: 'ms', atMost: 50 }),
    result([Math.max(...latencies)], { figure: '10', what: `other requests, longest, ${what}`, unit: 'ms', atMost: 50 })
  ]
}

/** Milliseconds that list requests take from the start of `work` until the sweep behind it is done. */
async function waits (server: BenchServer, work: () => Promise<unknown>) {
  return listsDuring(server, work().then(() => settled(server)))
}
