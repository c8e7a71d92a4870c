import { conversationKey } from '../../src/db/keys.js'
import { addConversations, addMessages, freshDatabase } from './data.js'
import { answerFile } from './pages.js'
import { ratios, result, type Result } from './report.js'
import { loadPerCpu, startConstant, startParley } from './server-process.js'

const ROUNDS = 5
const CONVERSATIONS = 100_000
const MESSAGES = 50

/** Figures 3 and 4: one conversation, and the messages of one, against the same bytes without a database. */
export default async function read (): Promise<Result[]> {
  const { path, db, partitionNo } = freshDatabase()
  addConversations(db, partitionNo, CONVERSATIONS)
  const ids = db.$client.prepare<[number], string>('SELECT conversation_id FROM conversations WHERE pk = ?').pluck()
  const paths: string[] = []
  for (let n = 1; n <= 200; n++) {
    const pk = conversationKey(1, n * 499)
    addMessages(db, pk, MESSAGES)
    paths.push(ids.get(pk) ?? '')
  }
  db.$client.close()

  const server = await startParley(path)
  const ceiling = await startConstant(path, {
    conversation: await answerFile(server, `/api/convos/${paths[0]}`),
    messages: await answerFile(server, `/api/messages/${paths[0]}`)
  })
  const figures = [
    { figure: '3', what: 'GET one conversation of 100,000', base: '/api/convos', constant: '/conversation', atLeast: 0.6 },
    { figure: '4', what: 'GET the messages of one, 50 of 1.2 KB', base: '/api/messages', constant: '/messages', atLeast: 0.7 }
  ]
  const rates = figures.map((): { ours: number[], theirs: number[] } => ({ ours: [], theirs: [] }))
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [n, { base, constant }] of figures.entries()) {
        rates[n]?.ours.push(await loadPerCpu(server, { requests: paths.map((id) => ({ path: `${base}/${id}` })) }))
        rates[n]?.theirs.push(await loadPerCpu(ceiling, { requests: [{ path: constant }] }))
      }
    }
  } finally {
    await server.stop()
    await ceiling.stop()
  }
  // The first round is there to warm up.
  return figures.map(({ figure, what, atLeast }, n) =>
    result(ratios(rates[n]?.ours.slice(1) ?? [], rates[n]?.theirs.slice(1) ?? []), { figure, what, against: 'constant of equal bytes', atLeast }))
}
