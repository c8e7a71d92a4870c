import { randomUUID } from 'node:crypto'
import { on } from 'node:events'
import t, { type Test } from 'tap'
import type { Config } from '../../src/config.js'
import { assertDiskRoom } from '../../src/disk-room.js'
import { build } from '../helper.js'
import { multipart } from '../multipart.js'

async function open (t: Test, overrides: Partial<Config>) {
  const { server, as } = await build(t, overrides)
  const headers = await as('ada')
  const save = async (conversationId: string, text = 'Hello') => server.inject({
    method: 'POST', url: `/api/messages/${conversationId}`, headers, payload: { messageId: randomUUID(), text, isCreatedByUser: true }
  })
  const importChats = async (count: number) => {
    const chats = Array.from({ length: count }, (_, n) => ({
      conversationId: `c${n}`, title: `Chat ${n}`, endpoint: 'openAI', messages: [{ messageId: `m${n}`, parentMessageId: null, text: 'Hello', isCreatedByUser: true, sender: 'User' }]
    }))
    const { body, headers: type } = multipart([{ content: JSON.stringify(chats) }])
    return server.inject({ method: 'POST', url: '/api/convos/import', headers: { ...headers, ...type }, payload: body })
  }
  const usage = async () => (await server.inject({ url: '/api/user', headers })).json().usage
  return { server, headers, save, importChats, usage }
}

t.test('MAX_CONVERSATIONS_PER_USER', async (t) => {
  const { server, headers, save, importChats, usage } = await open(t, { MAX_CONVERSATIONS_PER_USER: 2 })
  const [first, second] = [randomUUID(), randomUUID()]
  await save(first)
  await save(second)
  t.match(await usage(), { conversations: 2, maxConversations: 2, maxBytes: null })

  t.test('refuses another one, however it comes, and says how much is taken up', async (t) => {
    const refusal = { status: 409, code: 'LIMIT_REACHED', detail: 'You have 2 of 2 conversations; this does not fit' }
    t.match((await save(randomUUID())).json(), refusal)
    const duplicate = await server.inject({ method: 'POST', url: '/api/convos/duplicate', headers, payload: { conversationId: first } })
    t.match(duplicate.json(), refusal)
  })

  t.test('still takes messages of those that are there', async (t) => {
    t.equal((await save(first)).statusCode, 201)
  })

  t.test('gives room back with the delete, and stops an import that does not fit as if it had never been', async (t) => {
    await server.inject({ method: 'DELETE', url: '/api/convos', headers, payload: { conversationId: second } })
    t.match(await usage(), { conversations: 1 })
    t.match((await importChats(2)).json(), { status: 409, code: 'LIMIT_REACHED' })
    t.match(await usage(), { conversations: 1 })
    t.equal((await importChats(1)).statusCode, 201)
    t.match(await usage(), { conversations: 2 })
  })
})

t.test('MAX_BYTES_PER_USER', async (t) => {
  const { server, headers, save, importChats, usage } = await open(t, { MAX_BYTES_PER_USER: 2000 })
  const conversationId = randomUUID()
  t.equal((await save(conversationId, 'x'.repeat(1000))).statusCode, 201)
  const { bytes } = await usage()
  t.ok(bytes > 1000 && bytes < 1200)
  const refused = (await save(conversationId, 'x'.repeat(1000))).json()
  t.match(refused, { status: 507, code: 'QUOTA_REACHED', detail: `Your messages take up ${bytes} of 2000 bytes; this does not fit` })
  t.match((await importChats(40)).json(), { status: 507, code: 'QUOTA_REACHED' })
  await server.housekeeping.idle()
  t.match(await usage(), { bytes })
  await server.inject({ method: 'DELETE', url: '/api/convos/all', headers })
  await server.housekeeping.idle()
  t.match(await usage(), { conversations: 0, bytes: 0 })
  t.equal((await save(randomUUID(), 'x'.repeat(1000))).statusCode, 201)
})

for (const [what, size] of [['short', 1000], ['long', 300_000]] as const) {
  t.test(`a ${what} copy that does not fit is refused before it is made`, async (t) => {
    const { server, headers, save, usage } = await open(t, { MAX_BYTES_PER_USER: size * 1.5 })
    const conversationId = randomUUID()
    const { messageId } = (await save(conversationId, 'x'.repeat(size))).json()
    const before = await usage()
    for (const [path, fork] of [['duplicate', {}], ['fork', { messageId }]] as const) {
      const refused = await server.inject({ method: 'POST', url: `/api/convos/${path}`, headers, payload: { conversationId, ...fork } })
      t.match(refused.json(), { status: 507, code: 'QUOTA_REACHED', detail: new RegExp(`has ${before.bytes} bytes of messages, and you have room for ${size * 1.5 - before.bytes}$`) })
    }
    await server.housekeeping.idle()
    t.strictSame(await usage(), before)
  })
}

for (const [what, size] of [['short', 1000], ['long', 300_000]] as const) {
  t.test(`a ${what} edit that does not fit is refused, and one that shortens the text is not`, async (t) => {
    const { server, headers, save, usage } = await open(t, { MAX_BYTES_PER_USER: size * 1.5 })
    const conversationId = randomUUID()
    const { messageId } = (await save(conversationId, 'x'.repeat(size))).json()
    const before = await usage()
    const edit = (text: string) => server.inject({ method: 'PUT', url: `/api/messages/${conversationId}/${messageId}`, headers, payload: { text } })
    t.match((await edit('x'.repeat(size * 1.6))).json(), { status: 507, code: 'QUOTA_REACHED', detail: /^This adds \d+ bytes, and you have room for \d+$/ })
    t.strictSame(await usage(), before)
    t.equal((await edit('x'.repeat(size - 10))).statusCode, 200)
    t.match(await usage(), { bytes: before.bytes - 10 })
  })
}

t.test('a rating that does not fit is refused, and one can always be taken back', async (t) => {
  const { server, headers, save, usage } = await open(t, { MAX_BYTES_PER_USER: 1500 })
  const conversationId = randomUUID()
  const { messageId } = (await save(conversationId, 'x'.repeat(1000))).json()
  const rate = (feedback: object | null) =>
    server.inject({ method: 'PUT', url: `/api/messages/${conversationId}/${messageId}/feedback`, headers, payload: { feedback } })
  const before = await usage()
  t.match((await rate({ rating: 'thumbsUp', text: 'x'.repeat(1000) })).json(), { status: 507, code: 'QUOTA_REACHED' })
  t.strictSame(await usage(), before)
  t.equal((await rate({ rating: 'thumbsUp', text: 'Good' })).statusCode, 200)
  t.equal((await rate(null)).statusCode, 200)
  t.strictSame(await usage(), before)
})

t.test('without quotas nothing is refused', async (t) => {
  const { save, usage } = await open(t, {})
  t.equal((await save(randomUUID())).statusCode, 201)
  t.match(await usage(), { conversations: 1, maxConversations: null, maxBytes: null })
})

t.test('a disk without room takes no upload', async (t) => {
  const path = t.testdir()
  await assertDiskRoom(path, 0)
  const disk = (mib: number, freeMib: number) => async () => ({ blocks: mib, bavail: freeMib, bsize: 2 ** 20 })
  await assertDiskRoom(path, 36 * 2 ** 20, disk(1000, 100))
  await t.rejects(assertDiskRoom(path, 37 * 2 ** 20, disk(1000, 100)), { code: 'STORAGE_FULL' })
  // Of a small disk only a tenth is kept.
  await assertDiskRoom(path, 5 * 2 ** 20, disk(50, 10))
  await t.rejects(assertDiskRoom(path, 6 * 2 ** 20, disk(50, 10)), { code: 'STORAGE_FULL' })
})

t.test('a user sends three uploads at once at most', async (t) => {
  const { server, headers } = await open(t, {})
  const address = await server.listen({ port: 0, host: '127.0.0.1' })
  const { headers: type } = multipart([{ content: '[]' }])
  const begin = () => {
    const stop = new AbortController()
    const body = new ReadableStream({ start (controller) { controller.enqueue(new TextEncoder().encode('--')) } })
    const answer = fetch(`${address}/api/convos/import`, {
      method: 'POST', headers: { ...headers, ...type }, body, duplex: 'half', signal: stop.signal
    } as RequestInit)
    return { stop, status: answer.then(({ status }) => status, () => 0) }
  }
  const arrivals = on(server.server, 'request')
  const three = [begin(), begin(), begin()]
  for (let n = 0; n < three.length; n++) await arrivals.next()
  // A request that comes later passes the same hooks, so the three are being received once it is answered.
  await server.inject({ url: '/api/user', headers })
  const fourth = await server.inject({ method: 'POST', url: '/api/convos/import', headers: { ...headers, ...type }, payload: 'x' })
  t.match(fourth.json(), { status: 429, code: 'TOO_MANY_REQUESTS' })
  t.match(fourth.headers['retry-after'], /^\d+$/)
  for (const { stop } of three) stop.abort()
  await Promise.all(three.map(({ status }) => status))
})
