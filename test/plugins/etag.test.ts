import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import { build } from '../helper.js'

t.test('a response that lacks a change does not have the tag of after it', async (t) => {
  const { server, as } = await build(t, { DATABASE_PATH: join(t.testdir(), 'parley.db') })
  const headers = await as('ada')
  const conversationId = randomUUID()
  const url = `/api/messages/${conversationId}`
  const save = (messageId: string, text: string) => server.inject({ method: 'POST', url, headers, payload: { messageId, text } })
  for (const [messageId, text] of [['m1', 'one'], ['m2', 'two '.repeat(70_000)], ['m3', 'three']] as const) {
    t.equal((await save(messageId, text)).statusCode, 201)
  }
  let notModified = 0
  for (let n = 0; n < 20; n++) {
    // The writer is a thread of its own, so it can commit at any moment of the read.
    const saves = Array.from({ length: 4 }, (_, change) => save('m1', `one ${n} ${change}`))
    const last = `"one ${n} ${saves.length - 1}"`
    await Promise.race(saves)
    const { headers: { etag }, body } = await server.inject({ url, headers })
    await Promise.all(saves)
    const again = await server.inject({ url, headers: { ...headers, 'if-none-match': String(etag) } })
    if (again.statusCode !== 304) continue
    notModified++
    if (!body.includes(last)) t.fail(`304 for a response without ${last}`)
  }
  t.comment(`${notModified} not modified`)
})

t.test('HEAD says what GET says, without its body', async (t) => {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const conversationId = randomUUID()
  for (const messageId of ['m1', 'm2']) {
    await server.inject({ method: 'POST', url: `/api/messages/${conversationId}`, headers, payload: { messageId, text: 'long '.repeat(80_000) } })
  }
  for (const url of ['/api/convos', `/api/convos/${conversationId}`, `/api/messages/${conversationId}`, `/api/messages/${conversationId}/m1`]) {
    const tag = async () => String((await server.inject({ url, headers })).headers.etag)
    const [etag, head, unchanged] = await atOneState(tag, async (etag) => [
      etag,
      await server.inject({ method: 'HEAD', url, headers }),
      await server.inject({ method: 'HEAD', url, headers: { ...headers, 'if-none-match': etag } })
    ] as const)
    t.match({ status: head.statusCode, etag: head.headers.etag, body: head.body }, { status: 200, etag, body: '' }, url)
    t.match({ status: unchanged.statusCode, etag: unchanged.headers.etag, body: unchanged.body }, { status: 304, etag, body: '' }, url)
  }
})

/** What `ask` resolves to while the tag stays the same. The server may write in the background, which changes the tags of lists. */
async function atOneState <T> (tag: () => Promise<string>, ask: (etag: string) => Promise<T>): Promise<T> {
  for (;;) {
    const before = await tag()
    const asked = await ask(before)
    if (await tag() === before) return asked
  }
}
