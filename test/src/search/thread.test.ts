import { randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { searchFunctions } from '../../../src/search/thread/searches.js'
import { threadSearcher } from '../../../src/search/thread/searcher.js'
import { createTurns } from '../../../src/search/thread/turns.js'
import { isStorageFailure } from '../../../src/writer/errors.js'
import { build } from '../../helper.js'

/** FTS5 compares this phrase at 600,000 places of the long messages. */
const slow = { search: '漢字'.repeat(30), pageSize: 10 }
const quick = { search: 'lighthouse', pageSize: 10 }

/** A server on a file with messages of Ada, whose number is 1. */
async function serverWith (t: Test, ...texts: string[]) {
  const path = join(t.testdir(), 'parley.db')
  const { server, as } = await build(t, { DATABASE_PATH: path })
  const headers = await as('ada')
  const get = (url: string) => server.inject({ url, headers })
  const conversationId = randomUUID()
  let saved = 0
  const save = async (text: string) => {
    const payload = { messageId: `m${++saved}`, text }
    t.equal((await server.inject({ method: 'POST', url: `/api/messages/${conversationId}`, headers, payload })).statusCode, 201)
  }
  for (const text of texts) await save(text)
  const searcher = (maxMs?: number) => {
    const made = threadSearcher(path, maxMs)
    t.teardown(() => made.close())
    return made
  }
  return { server, path, headers, get, save, searcher }
}

const longTexts = ['1', '2'].map((number) => number + '漢字'.repeat(150_000))

t.test('the thread finds what the connection of the server finds', async (t) => {
  const { server, searcher } = await serverWith(t, 'A lighthouse by the sea', 'The sea')
  const { run } = searcher()
  const list = { limit: 10, cursor: '', isArchived: false, pinned: false, tags: [], sortBy: 'updatedAt', sortDirection: 'desc', search: 'sea' } as const
  const conversations = { userId: 'ada', query: { ...list, tags: [] }, isRanked: true, isMatchShown: true }
  const { reader } = server.database
  t.equal(await run('messages', 1, quick), searchFunctions.messages(reader, 1, quick))
  t.match(JSON.parse(await run('messages', 1, quick)), { messages: [{ text: 'A lighthouse by the sea' }] })
  t.equal(await run('conversations', 1, conversations), searchFunctions.conversations(reader, 1, conversations))
  t.match(JSON.parse(await run('conversations', 1, conversations)), { conversations: [{ match: { snippet: /<mark>sea<\/mark>/ } }] })
  await t.rejects(run('messages', 1, { ...quick, cursor: 'forged' }), { name: 'DomainError', code: 'INVALID_CURSOR' })
})

t.test('a search sees each write that was acknowledged before it', async (t) => {
  const { get, save } = await serverWith(t)
  for (let n = 0; n < 20; n++) {
    await save(`${n} lighthouse`)
    t.equal((await get('/api/messages?search=lighthouse&pageSize=100')).json().messages.length, n + 1)
  }
})

t.test('a page of a search has the tag of the state before the search', async (t) => {
  const { get, save, server, headers } = await serverWith(t, 'A lighthouse')
  const url = '/api/convos?search=lighthouse'
  const etagOf = async () => String((await get(url)).headers.etag)
  const statusWith = async (etag: string) => (await server.inject({ url, headers: { ...headers, 'if-none-match': etag } })).statusCode
  let etag = ''
  let status = 0
  // Upkeep of the index after the save is a change too.
  for (let n = 0; n < 20 && status !== 304; n++) {
    await server.housekeeping.idle()
    etag = await etagOf()
    status = await statusWith(etag)
  }
  t.equal(status, 304)
  await save('Another')
  t.equal(await statusWith(etag), 200)
  const refused = await get(`${url}&cursor=forged`)
  t.equal(refused.statusCode, 400)
  t.notOk(refused.headers.etag)
})

t.test('other requests are answered while a slow search runs', async (t) => {
  const { get } = await serverWith(t, ...longTexts)
  // So that the thread is there.
  await get('/api/messages?search=lighthouse')
  const order: string[] = []
  const told = (what: string, work: Promise<{ statusCode: number }>) => work.then(({ statusCode }) => { order.push(`${what} ${statusCode}`) })
  const search = told('search', get(`/api/messages?search=${encodeURIComponent(slow.search)}`))
  for (let n = 0; n < 3; n++) await told('list', get('/api/convos'))
  await search
  // On a busy machine the search can end before the last list. A search on this thread would come first.
  t.equal(order[0], 'list 200')
  t.strictSame(order.toSorted(), ['list 200', 'list 200', 'list 200', 'search 200'])
})

t.test('a search that takes too long is ended, and the next one is answered', async (t) => {
  const { searcher } = await serverWith(t, 'A lighthouse', ...longTexts)
  const { run } = searcher(1)
  const long = run('messages', 1, slow)
  await t.rejects(long, { name: 'DomainError', code: 'INVALID', field: 'search', message: 'The search took longer than 0.001 seconds. Search for fewer or rarer words.' })
  const patient = searcher()
  const [first, second] = await Promise.all([patient.run('messages', 1, slow), patient.run('messages', 1, quick)])
  t.equal(JSON.parse(first).messages.length, 2)
  t.equal(JSON.parse(second).messages.length, 1)
})

t.test('a search that nobody waits for is not run', async (t) => {
  const { searcher } = await serverWith(t, 'A lighthouse')
  const { run } = searcher()
  const asked: string[] = []
  const unwanted = run('messages', 1, quick, () => asked.push('unwanted') === 0)
  const wanted = run('messages', 1, quick, () => asked.push('wanted') > 0)
  await t.rejects(unwanted, { code: 'BUSY' })
  t.equal(JSON.parse(await wanted).messages.length, 1)
  t.strictSame(asked, ['unwanted', 'wanted'])
})

t.test('a file that cannot be opened is a failure of the machine, and the next search tries again', async (t) => {
  const { searcher, path } = await serverWith(t, 'A lighthouse')
  const { run } = searcher()
  renameSync(path, `${path}-aside`)
  const error = await run('messages', 1, quick).catch((error: unknown) => error)
  t.ok(isStorageFailure(error), String(error))
  renameSync(`${path}-aside`, path)
  t.equal(JSON.parse(await run('messages', 1, quick)).messages.length, 1)
})

t.test('closing rejects what runs and what waits, and later searches', async (t) => {
  const { searcher } = await serverWith(t, ...longTexts)
  const { run, close } = searcher()
  await run('messages', 1, quick)
  const pending = Promise.allSettled([run('messages', 1, slow), run('messages', 2, slow)])
  await close()
  const stopped = { status: 'rejected', reason: { code: 'BUSY', message: 'The server is stopping' } }
  t.match(await pending, [stopped, stopped])
  await t.rejects(run('messages', 1, quick), stopped.reason)
})

t.test('closing waits for a thread that is starting', async (t) => {
  const { searcher } = await serverWith(t, 'A lighthouse')
  const { run, close } = searcher()
  const pending = Promise.allSettled([run('messages', 1, quick)])
  await close()
  const settled = await Promise.race([pending, new Promise<null>((resolve) => { setImmediate(resolve, null) })])
  t.match(settled, [{ status: 'rejected', reason: { code: 'BUSY' } }])
})

t.test('too many waiting searches of one user are refused, and those of others are not', async (t) => {
  const { searcher } = await serverWith(t, 'A lighthouse')
  const { run } = searcher()
  const many = Array.from({ length: 40 }, () => run('messages', 1, quick))
  const other = run('messages', 2, quick)
  const results = await Promise.allSettled(many)
  const refused = results.filter(({ status }) => status === 'rejected')
  // One runs and 32 wait.
  t.equal(refused.length, 7)
  t.match(refused[0], { reason: { code: 'BUSY', message: 'Too many searches are waiting; try again shortly' } })
  t.equal(JSON.parse(await other).messages.length, 0)
})

t.test('users take turns', async (t) => {
  const turns = createTurns<string>(5, 3)
  for (const [userNo, work, isAdded] of [[1, 'a1', true], [1, 'a2', true], [1, 'a3', true], [1, 'a4', false], [2, 'b1', true], [3, 'c1', true], [4, 'd1', false]] as const) {
    t.equal(turns.add(userNo, work), isAdded, work)
  }
  t.strictSame([turns.take(), turns.take(), turns.take()], ['a1', 'b1', 'c1'])
  t.ok(turns.add(2, 'b2'))
  t.strictSame([turns.take(), turns.take()], ['a2', 'b2'])
  t.strictSame(turns.takeAll(), ['a3'])
  t.equal(turns.take(), undefined)
})
