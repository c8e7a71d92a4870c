import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { familyQuery } from '../../../src/conversations/copy-families.js'
import { openWriter } from '../../../src/db/open.js'
import { messageCopiesQuery } from '../../../src/search/find/message-copies.js'
import { build } from '../../helper.js'
import { storeConversation } from '../../stored-conversation.js'

interface Hit { conversationId: string, messageId?: string, createdAt: string, text?: string }
interface Copy { conversationId: string, source: string }

/** A server with ways to write, copy and search as one user. */
async function setUp (t: Test) {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const send = async (method: 'POST' | 'PUT' | 'DELETE', url: string, payload: object) => {
    const res = await server.inject({ method, url, headers, payload })
    if (res.statusCode >= 300) throw new Error(res.body)
    return res.body === '' ? null : res.json()
  }
  /** The results of all pages in their order. */
  const results = async (path: 'convos' | 'messages', query: Record<string, string>) => {
    const all: Hit[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const res = await server.inject({ url: `/api/${path}`, query: { ...query, ...(cursor && { cursor }) }, headers })
      if (res.statusCode !== 200) throw new Error(res.body)
      const { conversations, messages, nextCursor } = res.json()
      all.push(...conversations ?? messages)
      cursor = nextCursor
    }
    return all
  }
  const told = async (...texts: string[]) => {
    const conversationId = randomUUID()
    const messageIds: string[] = []
    for (const text of texts) {
      const messageId = randomUUID()
      await send('POST', `/api/messages/${conversationId}`, { messageId, text, ...(messageIds.length > 0 && { parentMessageId: messageIds.at(-1) }) })
      messageIds.push(messageId)
    }
    return { conversationId, messageIds }
  }
  const duplicate = async (source: string): Promise<Copy> => {
    const { conversation: { conversationId } } = await send('POST', '/api/convos/duplicate', { conversationId: source })
    return { conversationId, source }
  }
  const fork = async (source: string, messageId: string): Promise<Copy> => {
    const { conversation: { conversationId } } = await send('POST', '/api/convos/fork', { conversationId: source, messageId, option: 'directPath' })
    return { conversationId, source }
  }
  return { server, headers, send, results, told, duplicate, fork }
}

/** Returns a name for the family of each conversation. `copies` are the copies that are there. */
function familiesOf (copies: Copy[]) {
  const names = new Map<string, string>()
  const nameOf = (id: string) => names.get(id) ?? id
  for (const { conversationId, source } of copies) {
    const [from, to] = [nameOf(conversationId), nameOf(source)]
    names.set(conversationId, to).set(source, to)
    for (const [id, name] of names) if (name === from) names.set(id, to)
  }
  return nameOf
}

/** Leaves out every result that is a copy of an earlier one. */
function withoutCopies (hits: Hit[], copies: Copy[]) {
  const familyOf = familiesOf(copies)
  const shown = new Map<string, string>()
  return hits.filter(({ conversationId, messageId, createdAt, text }) => {
    const key = messageId === undefined ? familyOf(conversationId) : `${familyOf(conversationId)} ${createdAt} ${text}`
    if (!shown.has(key)) shown.set(key, conversationId)
    return shown.get(key) === conversationId
  })
}

const idOf = ({ messageId, conversationId }: Hit) => messageId ?? conversationId

t.test('collapse=copies leaves out every result that is a copy of an earlier one', async (t) => {
  const { send, results, told, duplicate, fork } = await setUp(t)
  const trip = await told('tram to lisbon', 'the tram takes an hour', 'and the train')
  const food = await told('tram food', 'soup in the train', 'soup')
  await told('tram to lisbon', 'the tram takes an hour')
  const first = await duplicate(trip.conversationId)
  const second = await duplicate(first.conversationId)
  const third = await fork(trip.conversationId, trip.messageIds[1] ?? '')
  const fourth = await fork(food.conversationId, food.messageIds[0] ?? '')
  const fifth = await duplicate(food.conversationId)
  const copies = [first, second, third, fourth, fifth]
  const [edited] = await results('messages', { search: '', conversationId: second.conversationId })
  await send('PUT', `/api/messages/${second.conversationId}/${edited?.messageId}`, { text: 'tram to lisbon or train' })
  const [rated] = await results('messages', { search: 'tram', conversationId: third.conversationId })
  await send('PUT', `/api/messages/${third.conversationId}/${rated?.messageId}/feedback`, { feedback: { rating: 'thumbsUp' } })
  await send('POST', `/api/messages/${fourth.conversationId}`, { messageId: randomUUID(), text: 'tram again' })
  await send('POST', '/api/convos/archive', { conversationId: fifth.conversationId, isArchived: true })
  await send('PUT', `/api/tags/convo/${first.conversationId}`, { tags: ['work'] })
  await send('POST', '/api/convos/pin', { conversationId: third.conversationId, pinned: true })

  const searches = ['tram', 'tram lisbon', 'tra', '"tram to"', '-soup', 'train soup', 'the tram train soup hour', 'tag:work tram', 'pinned:true tram', 'archived:any soup', 'role:assistant tram', '']
  const orders = {
    convos: [{}, { sortBy: 'createdAt', sortDirection: 'asc' }, { sortBy: 'title' }, { sortBy: 'relevance' }],
    messages: [{}, { sort: 'relevance' }, { sort: 'newest' }]
  }
  for (const path of ['convos', 'messages'] as const) {
    let leftOut = 0
    for (const search of searches) {
      for (const match of ['all', 'any']) {
        for (const order of orders[path]) {
          const query = { search, match, ...order }
          const wanted = withoutCopies(await results(path, query), copies)
          for (const size of ['2', '25']) {
            const page = { [path === 'convos' ? 'limit' : 'pageSize']: size }
            const found = await results(path, { ...query, ...page, collapse: 'copies' })
            t.strictSame(found.map(idOf), wanted.map(idOf), `${path} ${JSON.stringify({ ...query, ...page })}`)
          }
          leftOut += (await results(path, query)).length - wanted.length
        }
      }
    }
    t.ok(leftOut > 20, `copies were left out: ${leftOut}`)
  }
})

t.test('a copy that does not match leaves the others in', async (t) => {
  const { send, results, told, duplicate } = await setUp(t)
  const original = await told('tram to lisbon')
  const copy = await duplicate(original.conversationId)
  const ids = async (path: 'convos' | 'messages', query = {}) =>
    (await results(path, { search: 'tram', collapse: 'copies', ...query })).map(({ conversationId }) => conversationId)
  t.strictSame([await ids('convos'), await ids('messages')], [[copy.conversationId], [copy.conversationId]], 'the newer one is shown')

  const [message] = await results('messages', { search: 'tram', conversationId: original.conversationId, collapse: 'copies' })
  t.equal(message?.messageId, original.messageIds[0], 'in one conversation nothing is left out')

  await send('POST', '/api/convos/archive', { conversationId: copy.conversationId, isArchived: true })
  t.strictSame(await ids('convos'), [original.conversationId], 'the archived copy is not in the list')
  t.strictSame(await ids('messages', { archived: 'false' }), [original.conversationId])
  t.strictSame(await ids('messages'), [copy.conversationId])

  await send('DELETE', '/api/convos', { arg: { conversationId: copy.conversationId } })
  t.strictSame([await ids('convos'), await ids('messages')], [[original.conversationId], [original.conversationId]])
})

t.test('copies of a deleted conversation are copies of one another', async (t) => {
  const { send, results, told, duplicate } = await setUp(t)
  const original = await told('tram to lisbon')
  await duplicate(original.conversationId)
  const newest = await duplicate(original.conversationId)
  await send('DELETE', '/api/convos', { arg: { conversationId: original.conversationId } })
  for (const path of ['convos', 'messages'] as const) {
    const found = await results(path, { search: 'tram', collapse: 'copies' })
    t.strictSame(found.map(({ conversationId }) => conversationId), [newest.conversationId], path)
  }
})

t.test('imported conversations that name one another as their origin are one family', async (t) => {
  const { server, results } = await setUp(t)
  const [first, second] = [randomUUID(), randomUUID()]
  for (const [conversationId, forkedFromConversation] of [[first, second], [second, first]] as const) {
    await storeConversation(server.database.writer, 1, [{ messageId: randomUUID(), body: JSON.stringify({ sender: 'User', isCreatedByUser: true, text: 'tram' }) }],
      { conversationId, forkedFromConversation })
  }
  for (const path of ['convos', 'messages'] as const) {
    t.equal((await results(path, { search: 'tram' })).length, 2)
    t.equal((await results(path, { search: 'tram', collapse: 'copies' })).length, 1, path)
  }
})

t.test('a list without a search takes collapse=copies too', async (t) => {
  const { results, told, duplicate } = await setUp(t)
  const { conversationId } = await told('tram to lisbon')
  const other = await told('porto')
  const copies = [await duplicate(conversationId), await duplicate(conversationId)]
  t.strictSame((await results('convos', { collapse: 'copies', limit: '1' })).map(idOf), [copies[1]?.conversationId, other.conversationId])
})

t.test('a family is looked up by keys', async (t) => {
  const { $client: sqlite } = openWriter(':memory:')
  const steps = (query: string, parameters: object) =>
    sqlite.prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${query}`).all(parameters).map(({ detail }) => detail)
  const family = steps(familyQuery, { partitions: '[1]', pk: 1, first: 1, last: 2 }).join('; ')
  t.match(family, 'SEARCH conversations USING INTEGER PRIMARY KEY (rowid=?)')
  t.match(family, /SEARCH c USING (COVERING )?INDEX conversations_id \(conversation_id=\? AND partition_no=\?\)/)
  t.match(family, 'SEARCH c USING INDEX conversations_forked (forked_from_conversation=? AND rowid>? AND rowid<?)')
  t.notMatch(family, /SCAN c\b/)
  const messages = steps(messageCopiesQuery, { conversations: '[1]', userNo: 1, createdAt: 1, conversationPk: 1, n: 1 })
  t.match(messages, ['SCAN conversation VIRTUAL TABLE INDEX 1:', 'SEARCH m USING INDEX messages_time (<expr>=? AND created_at=? AND rowid>? AND rowid<?)'])
  sqlite.close()
})

t.test('another value of collapse is refused', async (t) => {
  const { server, headers } = await setUp(t)
  for (const path of ['convos', 'messages']) {
    const res = await server.inject({ url: `/api/${path}?search=a&collapse=all`, headers })
    t.equal(res.statusCode, 400)
    t.match(res.json(), { errors: [{ field: 'collapse' }] })
  }
})
