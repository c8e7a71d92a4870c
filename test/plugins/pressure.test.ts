import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { build } from '../helper.js'

/** Longer each than a turn of the event loop may take, and all together than the time a start is allowed. */
const TURNS = Array.from({ length: 4 }, () => 1500)

t.test('requests are turned away while turns of the event loop take too long, and answered again soon after', async (t) => {
  const { server } = await build(t, {}, 1000)
  t.equal((await server.inject('/api/config')).statusCode, 200)
  for (const milliseconds of TURNS) {
    const end = performance.now() + milliseconds
    while (performance.now() < end);
    await sleep(1)
  }
  const refused = await server.inject('/api/config')
  t.equal(refused.statusCode, 503)
  t.match(refused.json(), { code: 'BUSY' })
  t.equal(refused.headers['retry-after'], '5')
  t.equal((await server.inject('/livez')).statusCode, 200, 'but health is told')
  await sleep(1500)
  t.equal((await server.inject('/api/config')).statusCode, 200)
})
