import t from 'tap'
import { createGuessLimit } from '../../../src/accounts/guess-limit.js'
import { createBrowserMarks } from '../../../src/accounts/known-browsers.js'
import { build } from '../../helper.js'

const now = Date.parse('2026-01-02T10:00:00Z')
const right = async () => true
const wrong = async () => false

/** A limit whose delays are written down instead of waited for. */
function recorded () {
  const delays: number[] = []
  const limit = createGuessLimit({ wait: async (ms) => { delays.push(ms) } })
  return { delays, limit }
}

t.test('ten wrong passwords cost no time, and then each costs more', async (t) => {
  const { delays, limit } = recorded()
  for (let n = 0; n < 40; n++) t.equal(await limit.attempt('ada', now, wrong), false)
  t.strictSame(delays.slice(0, 6), [500, 500, 500, 500, 500, 1000])
  t.equal(delays.length, 30)
  t.equal(delays.at(-1), 8000)
})

t.test('the right password opens after any number of wrong ones', async (t) => {
  const { limit } = recorded()
  for (let n = 0; n < 100; n++) await limit.attempt('ada', now, wrong)
  t.ok(await limit.attempt('ada', now, right))
})

t.test('other accounts and known browsers are counted by themselves, and a window ends', async (t) => {
  const { delays, limit } = recorded()
  for (let n = 0; n < 10; n++) await limit.attempt('ada', now, wrong)
  await limit.attempt('eve', now, wrong)
  await limit.attempt('ada browser', now, wrong)
  await limit.attempt('ada', now + 15 * 60_000, wrong)
  t.strictSame(delays, [])
})

t.test('right passwords are not counted', async (t) => {
  const { delays, limit } = recorded()
  for (let n = 0; n < 50; n++) await limit.attempt('ada', now, right)
  t.strictSame(delays, [])
})

t.test('eight attempts wait at once, and those beyond are sent away', async (t) => {
  const limit = createGuessLimit({ wait: () => new Promise(() => {}) })
  for (let n = 0; n < 10; n++) await limit.attempt('ada', now, wrong)
  for (let n = 0; n < 8; n++) limit.attempt('ada', now, wrong)
  await t.rejects(limit.attempt('ada', now, right), { code: 'TOO_MANY_REQUESTS' })
})

t.test('a browser mark is good for its account on its server only', async (t) => {
  const marks = createBrowserMarks('secret')
  const mark = marks.make('ada')
  t.ok(marks.isMarkOf('ada', mark))
  for (const other of ['', '.', 'x', `${mark}x`, `x${mark}`, mark.split('.')[0] ?? '']) t.notOk(marks.isMarkOf('ada', other), other)
  t.notOk(marks.isMarkOf('eve', mark))
  t.notOk(createBrowserMarks('another secret').isMarkOf('ada', mark))
})

t.test('while others guess, the owner signs in without a delay from a browser that has signed in before', async (t) => {
  const { server } = await build(t, { LOGIN_MAX: 1_000_000 })
  const ada = { email: 'ada@example.com', password: 'correct horse' }
  const post = (path: string, payload: object, cookies = {}) => server.inject({ method: 'POST', url: `/api/auth/${path}`, payload, cookies })
  await post('register', ada)
  const first = await post('login', ada)
  const knownBrowser = first.cookies.find(({ name }) => name === 'knownBrowser')?.value ?? ''
  for (let n = 0; n < 10; n++) await post('login', { ...ada, password: 'wrong horse' })
  const timed = async (cookies: object) => {
    const start = performance.now()
    const { statusCode } = await post('login', ada, cookies)
    // A timer counts from the beginning of the turn of the event loop, so it can end before its time since `start`.
    return { statusCode, isDelayed: performance.now() - start >= 250 }
  }
  t.strictSame(await timed({}), { statusCode: 200, isDelayed: true })
  t.match(await timed({ knownBrowser }), { statusCode: 200 })
  // The delay of the known browser is none at all; how long hashing takes depends on the machine.
  t.equal((await post('login', { ...ada, password: 'wrong horse' }, { knownBrowser })).statusCode, 401)
})
