import * as commandModule from '../../src/commands.js'
import { makeKey } from '../../src/accounts/keys.js'
import { openWriter } from '../../src/db/open.js'
import { inlineWriter } from '../../src/writer/inline.js'
import { databaseOf } from './data.js'
import { pagesAt } from './pages.js'
import { ratios, result, type Result } from './report.js'
import { loadPerCpu, startParley } from './server-process.js'

const ROUNDS = 9
const CONVERSATIONS = 10_000

/** What a request with an API key costs beside one with an access token, for a page of the list. */
export default async function keys (): Promise<Result[]> {
  const path = databaseOf(CONVERSATIONS)
  const writer = inlineWriter(openWriter(path), commandModule.commands)
  const { text } = await makeKey({ writer }, 1, { name: 'bench', scopes: ['read'], expiresAt: null }, Date.now())
  await writer.close()
  const server = await startParley(path)
  try {
    const requests = await pagesAt(server, '')
    const byKey = { ...server, headers: { authorization: `Bearer ${text}` } }
    const rates = { key: [0], token: [0] }
    for (let round = 0; round <= ROUNDS; round++) {
      rates.key[round] = await loadPerCpu(byKey, { requests, seconds: 1 })
      rates.token[round] = await loadPerCpu(server, { requests, seconds: 1 })
    }
    // The first round is there to warm up.
    return [result(ratios(rates.key.slice(1), rates.token.slice(1)), { figure: 'keys', what: 'GET a page of 25 with an API key', against: 'the same with an access token', atLeast: 0.9 })]
  } finally {
    await server.stop()
  }
}
