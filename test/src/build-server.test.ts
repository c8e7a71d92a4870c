import t, { type Test } from 'tap'
import { buildServer } from '../../src/build-server.js'
import type { Config } from '../../src/config.js'
import { testConfig } from '../helper.js'

/** What is logged when the path is asked for. */
async function logOf (t: Test, level: Config['LOG_LEVEL'], url: string): Promise<Array<{ msg: string, reqId?: string }>> {
  const lines: string[] = []
  const server = await buildServer({
    config: { ...testConfig, LOG_LEVEL: level },
    logger: { level, stream: { write: (line) => { lines.push(line) } } }
  })
  t.teardown(() => server.close())
  await server.inject(url)
  return lines.map((line) => JSON.parse(line))
}

t.test('requests are logged for who debugs, each under an id of its own', async (t) => {
  const [came, went, ...rest] = await logOf(t, 'debug', '/livez')
  t.match([came?.msg, went?.msg], ['incoming request', 'request completed'])
  t.match(came?.reqId, /^[0-9a-f-]{36}-1$/)
  t.equal(went?.reqId, came?.reqId)
  t.strictSame(rest, [])
})

t.test('and for nobody else', async (t) => {
  t.strictSame(await logOf(t, 'info', '/livez'), [])
})
