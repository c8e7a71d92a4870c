import t, { type Test } from 'tap'
import { connectOpenAi } from '../../../src/openai/connect.js'
import { type Answer, completion, failure, hang, hangUp, json, openAiServer, raw, stall } from './openai-server.js'

const KEY = 'sk-test-1f9c2b7d'

async function connect (t: Test, { answers = [completion('Hello')], limit = 10_000, key = KEY }: { answers?: Answer[], limit?: number, key?: string }) {
  const { OPENAI_BASE_URL, received } = await openAiServer(t, ...answers)
  const server = await connectOpenAi({ OPENAI_BASE_URL, ...(key && { OPENAI_API_KEY: key }) }, limit)
  if (!server) throw new Error('There is a server to connect to')
  const ask = () => server.ask((client, options) => client.chat.completions.create({
    model: 'test', messages: [{ role: 'user', content: 'Hello' }]
  }, options))
  return { server, ask, received }
}

t.test('connects to nothing unless a key or an address is configured', async (t) => {
  t.equal(await connectOpenAi({}), null)
  t.not(await connectOpenAi({ OPENAI_API_KEY: KEY }), null)
})

t.test('an answer comes back, asked for with the key and nothing from the environment', async (t) => {
  process.env.OPENAI_ORG_ID = 'somebody-else'
  t.teardown(() => { delete process.env.OPENAI_ORG_ID })
  const { ask, received } = await connect(t, {})
  t.match(await ask(), { choices: [{ message: { content: 'Hello' } }] })
  t.match(received, [{ method: 'POST', path: '/v1/chat/completions', headers: { authorization: `Bearer ${KEY}` } }])
  t.notHas(received[0]?.headers, { 'openai-organization': String })
})

t.test('without a key none is sent', async (t) => {
  const { ask, received } = await connect(t, { key: '' })
  await ask()
  t.equal(received.length, 1)
  t.notHas(received[0]?.headers, { authorization: String })
})

const faults: Array<[name: string, answers: Answer[], message: string, requests: number]> = [
  ['a wrong key', [failure(401)], 'The answer has status 401', 1],
  ['a thing that is not there', [failure(404)], 'The answer has status 404', 1],
  ['a fault of the server', [failure(500)], 'The answer has status 500', 2],
  ['a broken connection', [hangUp], 'The server cannot be reached', 2],
  ['malformed JSON', [raw(200, '{"choices": [')], 'The answer is not JSON', 1],
  ['5 MB', [completion('x'.repeat(5_000_000))], 'The answer is too long', 1],
  ['an error page of 5 MB', [raw(400, 'x'.repeat(5_000_000))], 'The answer has status 400', 1]
]
for (const [name, answers, message, requests] of faults) {
  t.test(`${name}: fails with "${message}" after ${requests} request(s)`, async (t) => {
    const { ask, received } = await connect(t, { answers })
    const error = await ask().catch((error: unknown) => error)
    t.match(error, { name: 'OpenAiError', message })
    t.notMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), KEY)
    t.equal(received.length, requests)
  })
}

t.test('what may pass is tried once more', async (t) => {
  for (const first of [failure(429), failure(500), hangUp, failure(503)]) {
    const { ask, received } = await connect(t, { answers: [first, completion('Second try')] })
    t.match(await ask(), { choices: [{ message: { content: 'Second try' } }] })
    t.equal(received.length, 2)
  }
})

const slow: Array<[name: string, answer: Answer]> = [
  ['hangs', hang],
  ['stalls within its answer', stall],
  ['asks to come back after the limit', failure(429, { 'retry-after-ms': '50000' })]
]
for (const [name, answer] of slow) {
  t.test(`a server that ${name} is given up at the time limit`, async (t) => {
    const { ask } = await connect(t, { answers: [answer], limit: 200 })
    const started = performance.now()
    await t.rejects(ask(), { name: 'OpenAiError', message: 'No answer within 0.2 seconds' })
    t.ok(performance.now() - started < 30_000)
  })
}

t.test('closing gives up what is under way, and all that follows', async (t) => {
  const { server, ask, received } = await connect(t, { answers: [hang] })
  const asked = ask()
  server.close()
  await t.rejects(asked, { message: 'The server is stopping' })
  const before = received.length
  await t.rejects(ask(), { message: 'The server is stopping' })
  t.equal(received.length, before)
})

t.test('an answer without content is none', async (t) => {
  const { ask } = await connect(t, { answers: [json(200, null)] })
  t.equal(await ask(), null)
})
