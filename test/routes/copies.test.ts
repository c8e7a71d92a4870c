import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import type { Config } from '../../src/config.js'
import { build } from '../helper.js'
import { sendRaw } from '../plugins/probe.js'
import { chainWithBranches, storeConversation, type Told } from '../stored-conversation.js'

const UNKNOWN = '00000000-0000-4000-8000-000000000000'

/** Of behaviour's worked example: two roots, a prompt edited once, an answer regenerated once. Each text is the id. */
const example: Told[] = [
  'U1', 'A1<U1', 'U2<A1', 'A2<U2', 'U3<A2', 'A3<U3', 'U2b<A1', 'A2b<U2b', 'A2c<U2', 'U1b', 'A1b<U1b'
].map((link) => {
  const [messageId = '', parentMessageId] = link.split('<')
  return { messageId, parentMessageId }
})

/** A server with a user, and short ways to store and copy conversations of theirs. */
async function setUp (t: Test, overrides: Partial<Config> = {}) {
  const { server, as } = await build(t, overrides)
  const headers = await as('ada')
  const post = (path: string, payload: object) => server.inject({ method: 'POST', url: `/api/convos/${path}`, headers, payload })
  return {
    server,
    as,
    headers,
    get: (url: string) => server.inject({ url, headers }),
    store: (messages: Told[], row: Parameters<typeof storeConversation>[3] = {}) => storeConversation(server.database.writer, 1, messages, row),
    fork: (payload: object) => post('fork', payload),
    duplicate: (payload: object) => post('duplicate', payload)
  }
}

interface Message { messageId: string, parentMessageId: string, text: string }

/** Messages as "text<text of the parent", a root without "<". */
function told (messages: Message[]) {
  const texts = new Map(messages.map(({ messageId, text }) => [messageId, text]))
  return messages.map(({ parentMessageId, text }) => texts.has(parentMessageId) ? `${text}<${texts.get(parentMessageId)}` : text).join(' ')
}

t.test('POST /api/convos/fork', async (t) => {
  const { store, fork, get, as, server } = await setUp(t)
  const conversationId = await store(example, { tags: '["travel"]', isArchived: 1, pinned: 1 })

  t.test('answers the copy and its messages as they are stored', async (t) => {
    const res = await fork({ conversationId, messageId: 'A2', option: 'directPath' })
    t.equal(res.statusCode, 200)
    const { conversation, messages } = res.json()
    t.match(conversation, {
      title: 'Trip to Lisbon', user: 'ada', tags: ['travel'], isArchived: false, pinned: false, messageCount: 4, forkedFrom: { conversationId, messageId: 'A2' }
    })
    t.strictSame(conversation, (await get(`/api/convos/${conversation.conversationId}`)).json())
    t.strictSame(messages, (await get(`/api/messages/${conversation.conversationId}`)).json())
    t.equal((await get('/api/convos')).json().conversations[0].conversationId, conversation.conversationId, 'it is the newest of the list')
  })

  const level = 'U1 A1<U1 U2<A1 A2<U2 U2b<A1 A2b<U2b A2c<U2 U1b A1b<U1b'
  const branches = 'U1 A1<U1 U2<A1 A2<U2 U2b<A1 A2c<U2'
  const rows: Array<[fields: object, copied: string]> = [
    [{ messageId: 'A2', option: 'directPath' }, 'U1 A1<U1 U2<A1 A2<U2'],
    [{ messageId: 'A2', option: 'direct' }, 'U1 A1<U1 U2<A1 A2<U2'],
    [{ messageId: 'A2', option: 'includeBranches' }, branches],
    [{ messageId: 'A2', option: 'branch' }, branches],
    [{ messageId: 'A2', option: 'targetLevel' }, level],
    [{ messageId: 'A2', option: '' }, level],
    [{ messageId: 'A2', option: null }, level],
    [{ messageId: 'A2' }, level],
    [{ messageId: 'A2', splitAtTarget: false, latestMessageId: 'A3' }, level],
    [{ messageId: 'A2', latestMessageId: 'nowhere' }, level],
    [{ messageId: 'U2', option: 'directPath', splitAtTarget: true, latestMessageId: 'A3' }, 'U2 A2<U2 U3<A2 A3<U3'],
    [{ messageId: 'U2', option: 'includeBranches', splitAtTarget: true, latestMessageId: 'A3' }, 'U2 A2<U2 U3<A2 A3<U3 A2c<U2'],
    [{ messageId: 'U2', option: 'targetLevel', splitAtTarget: true, latestMessageId: 'A3' }, 'U2 A2<U2 U3<A2 A3<U3 U2b A2b<U2b A2c<U2'],
    [{ messageId: 'U2', option: 'targetLevel', splitAtTarget: true, latestMessageId: 'A2b' }, 'U2 A2<U2 U2b A2b<U2b A2c<U2']
  ]
  for (const [fields, copied] of rows) {
    t.test(`of ${JSON.stringify(fields)} copies ${copied}`, async (t) => {
      t.equal(told((await fork({ conversationId, ...fields })).json().messages), copied)
      t.equal(told((await fork({ arg: { conversationId, ...fields } })).json().messages), copied, 'and so does the same inside "arg"')
    })
  }

  const refusals: Array<[status: number, field: string | undefined, payload: object]> = [
    [400, 'option', { conversationId, messageId: 'A2', option: 'default' }],
    [400, 'option', { conversationId, messageId: 'A2', option: 'everything' }],
    [400, 'option', { conversationId, messageId: 'A2', option: 1 }],
    [400, 'latestMessageId', { conversationId, messageId: 'U2', splitAtTarget: true }],
    [400, 'latestMessageId', { conversationId, messageId: 'U2', option: 'directPath', splitAtTarget: true, latestMessageId: 'A1b' }],
    [400, 'splitAtTarget', { conversationId, messageId: 'U2', splitAtTarget: 'true', latestMessageId: 'A3' }],
    [400, 'messageId', { conversationId }],
    [400, 'conversationId', { messageId: 'A2' }],
    [400, 'messageId', { arg: { conversationId }, messageId: 'A2' }],
    [404, 'messageId', { conversationId, messageId: 'nowhere' }],
    [404, 'latestMessageId', { conversationId, messageId: 'U2', splitAtTarget: true, latestMessageId: 'nowhere' }],
    [404, undefined, { conversationId: UNKNOWN, messageId: 'A2' }]
  ]
  for (const [status, field, payload] of refusals) {
    t.test(`${status} for ${JSON.stringify({ ...payload, ...('conversationId' in payload && { conversationId: '…' }) })}`, async (t) => {
      const count = () => server.database.reader.$client.prepare('SELECT count(*) FROM conversations').pluck().get()
      const before = count()
      const res = await fork(payload)
      t.equal(res.statusCode, status)
      t.equal(res.json().errors?.[0].field, field)
      t.equal(count(), before)
    })
  }

  t.test('403 for a conversation of somebody else', async (t) => {
    const res = await server.inject({ method: 'POST', url: '/api/convos/fork', headers: await as('eve'), payload: { conversationId, messageId: 'A2' } })
    t.equal(res.statusCode, 403)
  })
})

t.test('POST /api/convos/duplicate', async (t) => {
  const { store, duplicate, get, as, server } = await setUp(t)
  // The newest message stands on a shallow branch, which must not cost the deeper ones.
  const conversationId = await store(example.map((message, index) => ({ ...message, createdAt: index })))

  t.test('copies every branch of every root, orphans too', async (t) => {
    const id = await store([...example, { messageId: 'O', parentMessageId: 'gone' }, { messageId: 'AO', parentMessageId: 'O' }].map((message) =>
      ({ ...message, messageId: `${message.messageId}'`, parentMessageId: message.parentMessageId ? `${message.parentMessageId}'` : null })))
    const { messages } = (await duplicate({ conversationId: id })).json()
    t.equal(told(messages).replaceAll('\'', ''), 'U1 A1<U1 U2<A1 A2<U2 U3<A2 A3<U3 U2b<A1 A2b<U2b A2c<U2 U1b A1b<U1b O AO<O')
  })

  t.test('answers 201 with the copy and its messages as they are stored', async (t) => {
    const res = await duplicate({ conversationId })
    t.equal(res.statusCode, 201)
    const { conversation, messages } = res.json()
    t.match(conversation, { title: 'Trip to Lisbon', messageCount: example.length })
    t.strictSame(conversation.forkedFrom, { conversationId })
    t.strictSame(messages, (await get(`/api/messages/${conversation.conversationId}`)).json())
    t.equal(messages.length, example.length)
  })

  t.test('copies an empty conversation', async (t) => {
    const res = await duplicate({ conversationId: await store([]) })
    t.equal(res.statusCode, 201)
    t.match(res.json(), { conversation: { messageCount: 0 }, messages: [] })
  })

  for (const [title, stored] of [['  Lisbon\u0007 again ', 'Lisbon again'], ['', 'Trip to Lisbon'], [' \n', 'Trip to Lisbon'], [null, 'Trip to Lisbon'], ['é'.repeat(2000), 'é'.repeat(1024)]] as const) {
    t.test(`names it ${stored.slice(0, 20)} for the title ${JSON.stringify(title)?.slice(0, 20)}`, async (t) => {
      t.equal((await duplicate({ arg: { conversationId, title } })).json().conversation.title, stored)
    })
  }

  const refusals = [[400, {}], [400, { conversationId, title: 5 }], [404, { conversationId: UNKNOWN }]] as const
  for (const [status, payload] of refusals) {
    t.test(`${status} for ${JSON.stringify({ ...payload, ...('conversationId' in payload && { conversationId: '…' }) })}`, async (t) => {
      t.equal((await duplicate(payload)).statusCode, status)
    })
  }

  t.test('403 for a conversation of somebody else', async (t) => {
    const res = await server.inject({ method: 'POST', url: '/api/convos/duplicate', headers: await as('eve'), payload: { conversationId } })
    t.equal(res.statusCode, 403)
  })
})

t.test('a search finds a copy at once, by its title and by its messages', async (t) => {
  const { store, duplicate, fork, get } = await setUp(t)
  const conversationId = await store(chainWithBranches(20, 'm', (index) => `pelican number ${index}`))
  const found = async (search: string) =>
    (await get(`/api/convos?search=${search}`)).json().conversations.map((row: { conversationId: string }) => row.conversationId).sort()
  const forked = (await fork({ conversationId, messageId: 'm-3', option: 'directPath' })).json().conversation.conversationId
  const duplicated = (await duplicate({ conversationId, title: 'Waterfowl' })).json().conversation.conversationId
  t.strictSame(await found('waterfowl'), [duplicated])
  t.strictSame(await found('lisbon'), [conversationId, forked].sort())
  t.strictSame(await found('pelican'), [conversationId, forked, duplicated].sort())
  t.strictSame(await found('19'), [conversationId, duplicated].sort())
})

t.test('fork and duplicate share one budget', async (t) => {
  for (const [name, config] of [['per user', { FORK_USER_MAX: 2 }], ['per address', { FORK_IP_MAX: 2 }]] as const) {
    t.test(name, async (t) => {
      const { store, fork, duplicate, as, server } = await setUp(t, config)
      const conversationId = await store(example)
      const limits = (headers: Record<string, unknown>) => ['limit', 'remaining', 'reset'].map((part) => headers[`x-ratelimit-${part}`])
      const first = await fork({ conversationId, messageId: 'nowhere' })
      t.equal(first.statusCode, 404, 'a refused request counts')
      t.strictSame(limits(first.headers), ['2', '1', '60'])
      t.equal((await duplicate({ conversationId })).statusCode, 201)
      for (const again of [fork, duplicate]) {
        const res = await again({ conversationId, messageId: 'A2' })
        t.equal(res.statusCode, 429)
        t.match(res.json(), { code: 'TOO_MANY_REQUESTS', message: /too many/i })
        t.match(res.headers['retry-after'], /^\d+$/)
        t.strictSame(limits(res.headers).slice(0, 2), ['2', '0'])
      }
      const other = await server.inject({ method: 'POST', url: '/api/convos/duplicate', headers: await as('eve'), payload: { conversationId } })
      t.equal(other.statusCode, name === 'per user' ? 403 : 429)
    })
  }

  t.test('and a request past it is answered before its body is read', async (t) => {
    const { server, headers, duplicate } = await setUp(t, { FORK_USER_MAX: 1 })
    await duplicate({ conversationId: UNKNOWN })
    const answer = await sendRaw(server, 'POST /api/convos/fork HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
      `Authorization: ${headers.authorization}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{`)
    t.match(answer, /^HTTP\/1.1 429 /)
  })
})

t.test('a conversation of 10,000 messages is forked and duplicated while others are served', async (t) => {
  const SIZE = 10_000
  const { server, headers, store, get } = await setUp(t, { DATABASE_PATH: join(t.testdir(), 'parley.db') })
  const conversationId = await store(chainWithBranches(SIZE, 'm', (index) => `${index} ${'abcdefghij'.repeat(40)}`))
  const url = await server.listen({ port: 0, host: '127.0.0.1' })

  /** The bytes of an answer, not looked at yet, so that this process does little beside serving. */
  async function send (path: string, body: object) {
    const sent = request(`${url}${path}`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } })
    sent.end(JSON.stringify(body))
    const [response] = await once(sent, 'response')
    return { status: response.statusCode, body: await buffer(response) }
  }

  for (const [path, status, fields] of [
    ['/api/convos/fork', 200, { messageId: `m-${SIZE - 1}`, option: 'targetLevel' }],
    ['/api/convos/duplicate', 201, {}]
  ] as const) {
    t.test(path, async (t) => {
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      let served = 0
      const others = setInterval(async () => {
        const { statusCode } = await get('/api/convos?limit=1')
        if (statusCode === 200) served++
      }, 10)
      const answer = await send(path, { conversationId, ...fields })
      clearInterval(others)
      delay.disable()
      t.comment(`event-loop delay: p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, longest ${(delay.max / 1e6).toFixed(1)} ms; ${served} other requests served`)
      t.ok(served > 5)
      t.equal(answer.status, status)
      const { conversation, messages } = JSON.parse(answer.body.toString())
      t.equal(conversation.messageCount, SIZE)
      t.equal(messages.length, SIZE)
      t.equal(new Set(messages.map(({ text }: Message) => text)).size, SIZE)
      const places = new Map<string, number>(messages.map(({ messageId }: Message, place: number) => [messageId, place]))
      t.ok(messages.every(({ parentMessageId }: Message, place: number) => (places.get(parentMessageId) ?? -1) < place), 'parents come first')
    })
  }
})
