import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { build } from '../helper.js'

const IDS = ['0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10', '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a11', '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a12']

interface Tag { tag: string, count: number, position: number }

async function setUp (t: Test) {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) =>
    server.inject({ method, url, headers, ...(payload && { payload }) })
  for (const [n, id] of IDS.entries()) await send('POST', `/api/messages/${id}`, { messageId: `m${n}`, text: 'Hi' })
  const list = async (): Promise<Tag[]> => (await server.inject({ url: '/api/tags', headers })).json()
  const counts = async () => (await list()).map(({ tag, count }) => `${tag} ${count}`)
  const tagsOf = async (id: string | undefined) => (await server.inject({ url: `/api/convos/${id}`, headers })).json().tags
  return { server, headers, send, list, counts, tagsOf }
}

t.test('tags of a conversation are made as they are used, and counted from the conversations', async (t) => {
  const { send, counts } = await setUp(t)
  const tagged = await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags: ['b', 'a', 'b'], tag: 'a' })
  t.strictSame([tagged.statusCode, tagged.json()], [200, ['b', 'a']])
  await send('PUT', `/api/tags/convo/${IDS[1]}`, { tags: ['a'] })
  t.strictSame(await counts(), ['b 1', 'a 2'])
  await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags: [] })
  t.strictSame(await counts(), ['b 0', 'a 1'])
  await send('DELETE', '/api/convos', { conversationId: IDS[1] })
  t.strictSame(await counts(), ['b 0', 'a 0'])
})

t.test('a conversation carries at most 50 tags, whichever way they come', async (t) => {
  const { send, tagsOf } = await setUp(t)
  const tags = Array.from({ length: 51 }, (_, n) => `t${n}`)
  t.equal((await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags })).statusCode, 400)
  const most = tags.slice(0, 50)
  t.equal((await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags: most })).statusCode, 200)
  const refused = await send('POST', '/api/tags', { tag: 't50', addToConversation: true, conversationId: IDS[0] })
  t.match(refused.json(), { status: 409, code: 'LIMIT_REACHED', errors: [{ field: 'tag' }] })
  t.strictSame((await send('GET', '/api/tags')).json().map(({ tag }: Tag) => tag), most, 'and the refused tag is not made')
  const again = await send('POST', '/api/tags', { tag: 't9', addToConversation: true, conversationId: IDS[0] })
  t.equal(again.statusCode, 200, 'one that is there already is no more')
  t.strictSame(await tagsOf(IDS[0]), most)
})

t.test('making a tag', async (t) => {
  const { send, counts, tagsOf } = await setUp(t)
  t.match((await send('POST', '/api/tags', { tag: 'x', description: 'Why' })).json(), { tag: 'x', description: 'Why', count: 0, position: 1 })
  const again = await send('POST', '/api/tags', { tag: 'x', addToConversation: true, conversationId: IDS[0] })
  t.match(again.json(), { tag: 'x', description: 'Why', count: 1, position: 1 }, 'one that exists is put on the conversation, too')
  t.strictSame(await tagsOf(IDS[0]), ['x'])
  t.strictSame(await counts(), ['x 1'])
  t.match((await send('POST', '/api/tags', { tag: 'y', addToConversation: true })).json(), { status: 400, errors: [{ field: 'conversationId' }] })
})

t.test('renaming a tag renames it on its conversations', async (t) => {
  const { send, counts, tagsOf } = await setUp(t)
  await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags: ['a', 'b'] })
  await send('PUT', `/api/tags/convo/${IDS[1]}`, { tags: ['b'] })
  t.match((await send('PUT', '/api/tags/b', { tag: 'c d/e' })).json(), { tag: 'c d/e', count: 2 })
  t.strictSame(await tagsOf(IDS[0]), ['a', 'c d/e'])
  t.equal((await send('PUT', '/api/tags/b', { tag: 'x' })).statusCode, 404)
  t.match((await send('PUT', `/api/tags/${encodeURIComponent('c d/e')}`, { description: 'New' })).json(), { tag: 'c d/e', description: 'New' })
  t.strictSame(await counts(), ['a 1', 'c d/e 2'])
})

t.test('one tag has one name, whatever the case, the Unicode form and the spaces around it', async (t) => {
  const { send, list, counts, tagsOf } = await setUp(t)
  const [composed, decomposed] = ['Caf\u00e9', 'Cafe\u0301']
  t.match((await send('POST', '/api/tags', { tag: `  ${decomposed}\n` })).json(), { tag: composed })
  for (const same of [composed, decomposed, 'CAF\u00c9', '\uff23afe\u0301']) {
    t.match((await send('POST', '/api/tags', { tag: same })).json(), { tag: composed, position: 1 })
  }
  t.strictSame((await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags: [decomposed, 'work', ' Work', 'caf\u00e9', 'Stra\u00dfe', 'STRASSE'] })).json(),
    [composed, 'work', 'Stra\u00dfe'])
  await send('POST', '/api/tags', { tag: 'WORK', addToConversation: true, conversationId: IDS[1] })
  t.strictSame(await tagsOf(IDS[1]), ['work'])
  t.strictSame(await counts(), [`${composed} 1`, 'work 2', 'Stra\u00dfe 1'])
  for (const [name, query] of [['WORK', 'tags'], [' work ', 'tags'], ['WORK', 'best']] as const) {
    const parameters = query === 'best' ? { tags: name, search: 'Hi', sortBy: 'relevance' } : { [query]: name }
    const found = (await send('GET', `/api/convos?${new URLSearchParams(parameters)}`)).json()
    t.strictSame(found.conversations.map(({ conversationId }: { conversationId: string }) => conversationId).sort(), IDS.slice(0, 2), name)
  }
  t.match((await send('PUT', '/api/tags/WORK', { tag: 'Work' })).json(), { tag: 'Work', count: 2 }, 'a rename can change the case')
  t.strictSame(await tagsOf(IDS[1]), ['Work'])
  t.match((await send('DELETE', `/api/tags/${encodeURIComponent(decomposed.toLowerCase())}`)).json(), { tag: composed, count: 1 })
  t.strictSame((await list()).map(({ tag }) => tag), ['Work', 'Stra\u00dfe'])
})

t.test('line breaks in a tag become spaces, and what cannot be seen is dropped', async (t) => {
  const { send } = await setUp(t)
  t.match((await send('POST', '/api/tags', { tag: 'two\nwords \u202egpj' })).json(), { tag: 'two words gpj' })
  for (const tag of [' ', '\n', '\u202e', '\u0000', '\u200b']) {
    t.match((await send('POST', '/api/tags', { tag })).json(), { status: 400, errors: [{ field: 'tag' }] })
  }
  t.match((await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags: ['a', ' '] })).json(), { status: 400, errors: [{ field: 'tags.1' }] })
  t.equal((await send('DELETE', '/api/tags/%20')).statusCode, 400)
})

t.test('renaming a tag to the name of another merges the two', async (t) => {
  const { server, send, list, counts, tagsOf } = await setUp(t)
  await send('POST', '/api/tags', { tag: 'Work', description: 'What is paid' })
  await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags: ['Work', 'job', 'other'] })
  await send('PUT', `/api/tags/convo/${IDS[1]}`, { tags: ['job'] })
  await send('PUT', `/api/tags/convo/${IDS[2]}`, { tags: ['Work'] })
  t.match((await send('PUT', '/api/tags/job', { tag: 'WORK', description: 'x', position: 3 })).json(),
    { tag: 'Work', description: 'What is paid', count: 3, position: 1 })
  const check = async () => {
    t.strictSame(await counts(), ['Work 3', 'other 1'])
    t.strictSame((await list()).map(({ position }) => position), [1, 2])
    t.strictSame(await Promise.all(IDS.map(tagsOf)), [['Work', 'other'], ['Work'], ['Work']])
    t.equal((await send('GET', '/api/convos?tags=Work')).json().conversations.length, 3)
    t.equal((await send('PUT', '/api/tags/job', { tag: 'x' })).statusCode, 404)
  }
  await check()
  await server.housekeeping.idle()
  await check()
})

t.test('moving and deleting keep positions without gaps', async (t) => {
  const { send, list, tagsOf } = await setUp(t)
  const order = async () => (await list()).map(({ tag, position }) => `${position}${tag}`).join(' ')
  for (const tag of ['a', 'b', 'c', 'd']) await send('POST', '/api/tags', { tag })
  await send('PUT', '/api/tags/d', { position: 2 })
  t.equal(await order(), '1a 2d 3b 4c')
  await send('PUT', '/api/tags/a', { position: 3 })
  t.equal(await order(), '1d 2b 3a 4c')
  await send('PUT', '/api/tags/a', { position: 99 })
  t.equal(await order(), '1d 2b 3c 4a')
  await send('PUT', `/api/tags/convo/${IDS[0]}`, { tags: ['b', 'c'] })
  t.match((await send('DELETE', '/api/tags/b')).json(), { tag: 'b', count: 1 })
  t.equal(await order(), '1d 2c 3a')
  t.strictSame(await tagsOf(IDS[0]), ['c'])
})

t.test('place 0 is the first, as it is for LibreChat\'s clients', async (t) => {
  const { send, list } = await setUp(t)
  for (const tag of ['a', 'b', 'c']) await send('POST', '/api/tags', { tag, description: '', conversationId: '', addToConversation: false })
  const [, , last] = await list()
  t.match((await send('PUT', '/api/tags/c', { ...last, position: 0 })).json(), { tag: 'c', position: 1 })
  t.strictSame((await list()).map(({ tag }) => tag), ['c', 'a', 'b'])
})

t.test('a request that is under way while its account is deleted is refused', async (t) => {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const [deleted, created, tagged] = await Promise.all([
    server.inject({ method: 'DELETE', url: '/api/user/delete', headers }),
    server.inject({ method: 'POST', url: '/api/tags', headers, payload: { tag: 'late' } }),
    server.inject({ method: 'PUT', url: `/api/tags/convo/${IDS[0]}`, headers, payload: { tags: ['late'] } })
  ])
  t.equal(deleted.statusCode, 200)
  t.equal(created.statusCode, 401)
  t.equal(tagged.statusCode, 404)
})

t.test('a page of tags leads to the next one by Link', async (t) => {
  const { server, headers, send } = await setUp(t)
  const names = Array.from({ length: 7 }, (_, n) => `t${n}`)
  for (const tag of names) await send('POST', '/api/tags', { tag })
  const pages: string[][] = []
  let next: string | undefined = '/api/tags?limit=3'
  while (next !== undefined) {
    const res: LightMyRequestResponse = await server.inject({ url: next, headers })
    t.equal(res.statusCode, 200)
    pages.push(res.json<Tag[]>().map(({ tag }) => tag))
    next = /^<(.+)>; rel="next"$/.exec(String(res.headers.link))?.[1]
  }
  t.strictSame(pages, [names.slice(0, 3), names.slice(3, 6), names.slice(6)])
  t.strictSame((await send('GET', '/api/tags')).json().map(({ tag }: Tag) => tag), names)
  t.match((await send('GET', '/api/tags?cursor=forged')).json(), { status: 400, code: 'INVALID_CURSOR' })
  t.equal((await send('GET', '/api/tags?limit=0')).statusCode, 400)
})
