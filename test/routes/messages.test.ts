import t, { type Test } from 'tap'
import { build } from '../helper.js'

const ID = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
const NO_PARENT = '00000000-0000-0000-0000-000000000000'

interface Message { messageId: string, parentMessageId: string, createdAt: string, updatedAt: string, text: string }

async function setUp (t: Test) {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const send = (method: 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) =>
    server.inject({ method, url, headers, ...(payload && { payload }) })
  const say = (messageId: string, parentMessageId: string | null, more: object = {}) =>
    send('POST', `/api/messages/${ID}`, { messageId, parentMessageId, text: messageId, ...more })
  const list = async (): Promise<Message[]> => (await server.inject({ url: `/api/messages/${ID}`, headers })).json()
  const links = async () => (await list()).map(({ messageId, parentMessageId }) => `${messageId}<${parentMessageId === NO_PARENT ? '' : parentMessageId}`)
  return { server, headers, send, say, list, links }
}

function assertParentsFirst (t: Test, messages: Message[]) {
  const seen = new Set([NO_PARENT])
  const known = new Set(messages.map(({ messageId }) => messageId))
  for (const { messageId, parentMessageId, createdAt, updatedAt } of messages) {
    t.ok(seen.has(parentMessageId) || !known.has(parentMessageId), `${messageId} comes after its parent`)
    t.ok(createdAt && updatedAt, 'both times are there')
    seen.add(messageId)
  }
}

t.test('GET /api/messages/new is an empty list', async (t) => {
  const { server, headers } = await setUp(t)
  const answer = await server.inject({ url: '/api/messages/new', headers })
  t.strictSame([answer.statusCode, answer.json()], [200, []])
})

t.test('a tree comes back as a flat list with parents first', async (t) => {
  const { say, list, links } = await setUp(t)
  await say('q', null)
  await say('a1', 'q')
  await say('a2', 'q')
  await say('q2', 'a1')
  t.strictSame(await links(), ['q<', 'a1<q', 'a2<q', 'q2<a1'])
  assertParentsFirst(t, await list())
})

t.test('a parent that arrives late is put before its children', async (t) => {
  const { say, list, links } = await setUp(t)
  await say('leaf', 'middle')
  await say('other', null)
  await say('middle', 'top')
  t.strictSame(await links(), ['middle<top', 'leaf<middle', 'other<'])
  await say('top', null)
  t.strictSame(await links(), ['top<', 'middle<top', 'leaf<middle', 'other<'])
  assertParentsFirst(t, await list())
})

t.test('a message that moves takes what hangs below it along', async (t) => {
  const { say, list, links } = await setUp(t)
  for (const [id, parent] of [['a', null], ['b', 'a'], ['c', 'b'], ['d', null]] as const) await say(id, parent)
  await say('b', 'd')
  t.strictSame(await links(), ['a<', 'd<', 'b<d', 'c<b'])
  assertParentsFirst(t, await list())
})

t.test('a circle is refused and changes nothing', async (t) => {
  const { say, links } = await setUp(t)
  await say('a', null)
  await say('b', 'a')
  await say('c', 'b')
  const before = await links()
  for (const [id, parent] of [['a', 'a'], ['a', 'c'], ['b', 'c']] as const) {
    const refused = await say(id, parent)
    t.match([refused.statusCode, refused.json().errors[0].field], [400, 'parentMessageId'], `${id} below ${parent}`)
  }
  await say('x', 'y')
  t.equal((await say('y', 'x')).statusCode, 400, 'two messages that wait for each other')
  t.strictSame(await links(), [...before, 'x<y'])
})

t.test('saving a known message changes the fields that are given', async (t) => {
  const { say, list } = await setUp(t)
  await say('m', null, { text: 'one', model: 'gpt-4o', tokenCount: 5 })
  const [before] = await list()
  await say('m', null, { text: 'two' })
  const after = await list()
  t.match(after, [{ messageId: 'm', text: 'two', model: 'gpt-4o', tokenCount: 5, createdAt: before?.createdAt }])
  t.ok(String(after[0]?.updatedAt) > String(before?.updatedAt))
})

t.test('a message id belongs to one conversation', async (t) => {
  const { say, send } = await setUp(t)
  await say('m', null)
  const other = await send('POST', `/api/messages/${ID.replace('10', '11')}`, { messageId: 'm', text: 'x' })
  t.match([other.statusCode, other.json().code], [409, 'CONFLICT'])
})

t.test('a new conversation needs a UUID, and the body must not name another', async (t) => {
  const { send } = await setUp(t)
  t.match((await send('POST', '/api/messages/not-a-uuid', { messageId: 'm' })).json(), { status: 400, errors: [{ field: 'conversationId' }] })
  const mismatch = await send('POST', `/api/messages/${ID}`, { messageId: 'm', conversationId: ID.replace('10', '11') })
  t.match(mismatch.json(), { status: 400, error: 'Conversation ID mismatch' })
})

t.test('editing', async (t) => {
  const { say, send, list } = await setUp(t)
  await say('m', null, { text: 'old', content: [{ type: 'think', think: 'hm' }, { type: 'text', text: 'old' }, { type: 'tool_call', tool_call: {} }] })
  const url = `/api/messages/${ID}/m`

  t.test('the whole text, and the one text part with it', async (t) => {
    t.match((await send('PUT', url, { text: 'new' })).json(), { messageId: 'm', conversationId: ID, text: 'new' })
    t.match(await list(), [{ text: 'new', content: [{ type: 'think', think: 'hm' }, { type: 'text', text: 'new' }, {}] }])
  })

  t.test('one part of the content', async (t) => {
    t.equal((await send('PUT', url, { text: 'aha', index: 0 })).statusCode, 200)
    t.match(await list(), [{ text: 'new', content: [{ type: 'think', think: 'aha' }, { type: 'text', text: 'new' }, {}] }])
    for (const index of [2, 9]) {
      t.match((await send('PUT', url, { text: 'x', index })).json(), { status: 400, errors: [{ field: 'index' }] }, `index ${index}`)
    }
  })

  t.test('the rating, and taking it back', async (t) => {
    const feedback = { rating: 'thumbsUp', tag: 'accurate_reliable', text: 'Good' }
    t.strictSame((await send('PUT', `${url}/feedback`, { feedback })).json(), { messageId: 'm', conversationId: ID, feedback })
    t.match(await list(), [{ feedback }])
    t.strictSame((await send('PUT', `${url}/feedback`, { feedback: null })).json(), { messageId: 'm', conversationId: ID })
    t.notOk((await list()).some((message) => 'feedback' in message))
  })

  t.test('an unknown message is a 404', async (t) => {
    t.equal((await send('PUT', `/api/messages/${ID}/nope`, { text: 'x' })).statusCode, 404)
  })
})

t.test('deleting a message hands its children to its parent', async (t) => {
  const { say, send, links, server, headers } = await setUp(t)
  for (const [id, parent] of [['a', null], ['b', 'a'], ['c', 'b'], ['d', 'b']] as const) await say(id, parent)
  const deleted = await send('DELETE', `/api/messages/${ID}/b`)
  t.strictSame([deleted.statusCode, deleted.body], [204, ''])
  t.strictSame(await links(), ['a<', 'c<a', 'd<a'])
  await send('DELETE', `/api/messages/${ID}/a`)
  t.strictSame(await links(), ['c<', 'd<'])
  t.equal((await send('DELETE', `/api/messages/${ID}/a`)).statusCode, 404)
  t.equal((await server.inject({ url: `/api/convos/${ID}`, headers })).json().messageCount, 2)
})

t.test('every write of a message moves the conversation', async (t) => {
  const { say, send, server, headers } = await setUp(t)
  const updatedAt = async () => (await server.inject({ url: `/api/convos/${ID}`, headers })).json().updatedAt
  await say('a', null)
  for (const write of [
    () => say('b', 'a'),
    () => send('PUT', `/api/messages/${ID}/a`, { text: 'x' }),
    () => send('PUT', `/api/messages/${ID}/a/feedback`, { feedback: null }),
    () => send('DELETE', `/api/messages/${ID}/a`)
  ]) {
    const before = await updatedAt()
    await write()
    t.ok(await updatedAt() > before, write.toString())
  }
})

t.test('text that could not be given back as it was is refused', async (t) => {
  const { say } = await setUp(t)
  for (const [field, more] of Object.entries({
    text: { text: 'half \ud83d' },
    content: { content: [{ type: 'text', text: 'nul \u0000' }] },
    metadata: { metadata: { deep: { half: ['\udc00'] } } },
    files: { files: [JSON.parse('{"a":'.repeat(70) + '1' + '}'.repeat(70))] }
  })) {
    const refused = await say('m', null, more)
    t.match(refused.json(), { status: 400, errors: [{ field }] }, field)
  }
})

t.test('a long conversation is sent in pieces that make one list', async (t) => {
  const { say, list } = await setUp(t)
  const text = 'ü'.repeat(60_000)
  for (let n = 0; n < 30; n++) await say(`m${n}`, n === 0 ? null : `m${n - 1}`, { text: text + n })
  const messages = await list()
  t.strictSame(messages.map(({ messageId }) => messageId), Array.from({ length: 30 }, (_, n) => `m${n}`))
  t.ok(messages.every((message, n) => message.text === text + n))
})

t.test('other actions of LibreChat below /api/messages are not there, and make no conversation', async (t) => {
  const { server, headers, send } = await setUp(t)
  for (const name of ['branch', 'artifact', 'new']) {
    const res = await send('POST', `/api/messages/${name}`, { messageId: 'm1', agentId: 'agent' })
    t.match(res.json(), { status: 404, code: 'ROUTE_NOT_FOUND' })
  }
  t.strictSame((await server.inject({ url: '/api/convos', headers })).json().conversations, [])
})
