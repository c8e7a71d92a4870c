import t, { type Test } from 'tap'
import { deleteRemoteThread } from '../../src/openai/remote-thread.js'
import { connectOpenAi } from '../../src/openai/connect.js'
import { build } from '../helper.js'
import { type Answer, failure, hang, hangUp, json, openAiServer, raw } from '../src/openai/openai-server.js'

const KEY = 'sk-test-1f9c2b7d'
const conversationId = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
const threadDeleted = json(200, { id: 'thread_1', object: 'thread.deleted', deleted: true })

/** A server, the model server it knows if `isConfigured`, and what a user does there. */
async function open (t: Test, { isConfigured = true } = {}) {
  const { OPENAI_BASE_URL, received, next } = await openAiServer(t, threadDeleted)
  const { server, as } = await build(t, isConfigured ? { OPENAI_BASE_URL, OPENAI_API_KEY: KEY } : {})
  const headers = await as('ada')
  return {
    received,
    next,
    start: () => server.inject({
      method: 'POST', url: `/api/messages/${conversationId}`, headers, payload: { messageId: 'q', text: 'Hello', isCreatedByUser: true }
    }),
    remove: (payload: object, as = headers) => server.inject({ method: 'DELETE', url: '/api/convos', headers: as, payload }),
    isThere: async () => (await server.inject({ url: `/api/convos/${conversationId}`, headers })).statusCode === 200,
    eve: await as('eve')
  }
}

const deletion = { acknowledged: true, deletedCount: 1, messages: { acknowledged: true, deletedCount: 1 } }

t.test('DELETE /api/convos with a thread', async (t) => {
  const { start, remove, isThere, received, next, eve } = await open(t)
  t.beforeEach(async () => {
    next(threadDeleted)
    await start()
  })

  for (const endpoint of ['assistants', 'azureAssistants']) {
    t.test(`deletes it at the server of ${endpoint}`, async (t) => {
      const res = await remove({ arg: { conversationId, endpoint, thread_id: 'thread_1', source: 'button' } })
      t.strictSame([res.statusCode, res.json()], [201, { ...deletion, thread: { deleted: true } }])
      t.notOk(await isThere())
      t.match(received, [{ method: 'DELETE', path: '/v1/threads/thread_1', headers: { authorization: `Bearer ${KEY}`, 'openai-beta': 'assistants=v2' } }])
    })
  }

  const failures: Array<[name: string, answers: Answer[], error: string]> = [
    ['the key is refused', [failure(401)], 'The answer has status 401'],
    ['the thread is unknown', [failure(404)], 'The answer has status 404'],
    ['the server fails', [failure(500)], 'The answer has status 500'],
    ['the server hangs up', [hangUp], 'The server cannot be reached'],
    ['the answer is broken', [raw(200, '{')], 'The answer is not JSON'],
    ['the answer is 5 MB', [json(200, { deleted: true, padding: 'x'.repeat(5_000_000) })], 'The answer is too long'],
    ['the answer says nothing', [json(200, null)], 'The answer does not say that it is deleted']
  ]
  for (const [name, answers, error] of failures) {
    t.test(`deletes the conversation all the same when ${name}`, async (t) => {
      next(...answers)
      const res = await remove({ conversationId, endpoint: 'assistants', thread_id: 'thread_1' })
      t.strictSame([res.statusCode, res.json()], [201, { ...deletion, thread: { deleted: false, error } }])
      t.notOk(await isThere())
    })
  }

  const unrelated: object[] = [
    {}, { endpoint: 'openAI', thread_id: 'thread_1' }, { endpoint: null, thread_id: null }, { endpoint: 'assistants' }, { endpoint: 'assistants', thread_id: '' }
  ]
  for (const fields of unrelated) {
    t.test(`calls nobody for ${JSON.stringify(fields)}`, async (t) => {
      const res = await remove({ conversationId, ...fields })
      t.strictSame([res.statusCode, res.json()], [201, deletion])
      t.equal(received.length, 0)
    })
  }

  t.test('tells that a thread without an endpoint is left alone', async (t) => {
    const res = await remove({ conversationId, endpoint: null, thread_id: 'thread_1' })
    t.match([res.statusCode, res.json()], [201, { ...deletion, thread: { deleted: false, error: /names no endpoint/ } }])
    t.equal(received.length, 0)
  })

  for (const thread of ['../models/gpt', '..', 'thread/1', 'thread?x', 'thread#1', 'thread%2F', 'thread 1', 'thread\n', 'ｔ', 'x'.repeat(129), 5]) {
    t.test(`refuses the thread ${JSON.stringify(thread).slice(0, 20)} before anything is deleted`, async (t) => {
      const res = await remove({ conversationId, endpoint: 'assistants', thread_id: thread })
      t.match([res.statusCode, res.json().errors], [400, [{ field: 'thread_id' }]])
      t.ok(await isThere())
      t.equal(received.length, 0)
    })
  }

  t.test('calls nobody when there is nothing to delete here', async (t) => {
    const fields = { endpoint: 'assistants', thread_id: 'thread_1' }
    t.equal((await remove({ conversationId: 'nothing', ...fields })).statusCode, 404)
    t.equal((await remove({ conversationId, ...fields }, eve)).statusCode, 403)
    t.equal(received.length, 0)
  })
})

t.test('deletes the conversation all the same when no server is configured', async (t) => {
  const { start, remove, isThere } = await open(t, { isConfigured: false })
  await start()
  const res = await remove({ conversationId, endpoint: 'assistants', thread_id: 'thread_1' })
  t.strictSame([res.statusCode, res.json()], [201, { ...deletion, thread: { deleted: false, error: 'No OpenAI server is configured' } }])
  t.notOk(await isThere())
})

t.test('a server that hangs is waited for until the limit', async (t) => {
  const { OPENAI_BASE_URL } = await openAiServer(t, hang)
  const server = await connectOpenAi({ OPENAI_BASE_URL }, 200)
  t.strictSame(await deleteRemoteThread(server, { endpoint: 'assistants', thread_id: 'thread_1' }), {
    deleted: false, error: 'No answer within 0.2 seconds'
  })
})
