import t from 'tap'
import { emptyReport } from '../../src/imports/report.js'
import { build } from '../helper.js'

t.test('a user has ten event streams at once, and one that is closed makes room', async (t) => {
  const { server, as } = await build(t)
  const [ada, bob] = [await as('ada'), await as('bob')]
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  const { id: userId } = (await server.inject({ url: '/api/user', headers: ada })).json()
  const userNo = server.database.reader.$client.prepare<[string], number>('SELECT no FROM users WHERE id = ?').pluck().get(userId) ?? 0
  let end = () => {}
  const progress = { bytesRead: 0, bytesTotal: 0, report: emptyReport(false) }
  const { id } = server.imports.start(userNo, {
    initial: progress,
    work: () => new Promise((resolve) => { end = () => resolve(progress) }),
    cleanUp: async () => {}
  })
  const open = async (headers: Record<string, string>) => {
    const abort = new AbortController()
    const response = await fetch(`${url}/api/convos/import/${id}`, { headers: { ...headers, accept: 'text/event-stream' }, signal: abort.signal })
    return { response, close: () => abort.abort() }
  }

  const streams = []
  for (let n = 0; n < 10; n++) streams.push(await open(ada))
  t.strictSame(streams.map(({ response }) => response.status), Array(10).fill(200))
  const { response } = await open(ada)
  t.equal(response.status, 429)
  t.match(await response.json(), { code: 'TOO_MANY_REQUESTS' })
  t.ok(Number(response.headers.get('retry-after')) > 0)
  t.equal((await open(bob)).response.status, 404, 'others are not concerned')
  t.equal((await server.inject({ url: `/api/convos/import/${id}`, headers: ada })).statusCode, 200, 'nor are reads that are no stream')

  streams.pop()?.close()
  let again = await open(ada)
  while (again.response.status === 429) {
    await again.response.text()
    again = await open(ada)
  }
  t.equal(again.response.status, 200)
  end()
  for (const { response } of [...streams, again]) t.match(await response.text(), /"state":"done"/)
})
