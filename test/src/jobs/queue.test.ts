import t, { type Test } from 'tap'
import { createJobQueue } from '../../../src/jobs/queue.js'

const turns = () => new Promise((resolve) => setImmediate(resolve))

/** A queue whose imports last until they are ended, and the names of those that have begun, in order. */
function setUp (t: Test) {
  const queue = createJobQueue('imports')
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const aborts = new Map<string, AbortController>()
  const results = new Map<string, Promise<string>>()

  function add (userNo: number, name: string) {
    const abort = new AbortController()
    aborts.set(name, abort)
    const result = queue.run(userNo, abort.signal, async () => {
      begun.push(name)
      await new Promise<void>((resolve) => ends.set(name, resolve))
      return `${name} is done`
    })
    result.catch(() => { /* Tests that expect a failure await the result. */ })
    results.set(name, result)
  }

  async function end (name: string) {
    ends.get(name)?.()
    t.equal(await results.get(name), `${name} is done`)
    await turns()
  }

  return { add, end, begun, aborts, results, queue }
}

t.test('one user has one import running, and the next ones in the order they came', async (t) => {
  const { add, end, begun } = setUp(t)
  for (const name of ['first', 'second', 'third']) add(1, name)
  await turns()
  t.strictSame(begun, ['first'])
  await end('first')
  t.strictSame(begun, ['first', 'second'])
  await end('second')
  t.strictSame(begun, ['first', 'second', 'third'])
  await end('third')
})

t.test('the server runs two imports, of two users', async (t) => {
  const { add, end, begun } = setUp(t)
  add(1, 'ada')
  add(1, 'ada again')
  add(2, 'bob')
  add(3, 'eve')
  await turns()
  t.strictSame(begun, ['ada', 'bob'], 'bob does not wait for the second import of ada')
  await end('bob')
  t.strictSame(begun, ['ada', 'bob', 'eve'])
  await end('ada')
  t.strictSame(begun, ['ada', 'bob', 'eve', 'ada again'])
  await end('ada again')
  await end('eve')
})

t.test('ten imports of one user wait, one more is refused, and nobody else is', async (t) => {
  const { add, end, begun, results } = setUp(t)
  add(1, 'running')
  for (let n = 1; n <= 10; n++) add(1, `waiting ${n}`)
  add(1, 'refused')
  await t.rejects(async () => { await results.get('refused') }, { code: 'TOO_MANY_REQUESTS' })
  add(2, 'of another user')
  await turns()
  t.strictSame(begun, ['running', 'of another user'])
  await end('running')
  add(1, 'there is room again')
  await turns()
  t.strictSame(begun, ['running', 'of another user', 'waiting 1'])
})

t.test('a cancelled import that waits leaves the queue and never begins', async (t) => {
  const { add, end, begun, aborts, results } = setUp(t)
  for (const name of ['first', 'cancelled', 'third']) add(1, name)
  const reason = new Error('The user cancelled')
  aborts.get('cancelled')?.abort(reason)
  await t.rejects(async () => { await results.get('cancelled') }, reason)
  await end('first')
  t.strictSame(begun, ['first', 'third'])
})

t.test('an abort after the start leaves those that wait where they are', async (t) => {
  const { add, end, begun, aborts } = setUp(t)
  for (const name of ['first', 'second', 'third']) add(1, name)
  await turns()
  aborts.get('first')?.abort(new Error('Too late for the queue'))
  await end('first')
  t.strictSame(begun, ['first', 'second'])
  await end('second')
  t.strictSame(begun, ['first', 'second', 'third'])
})

t.test('an import that fails makes room for the next', async (t) => {
  const { queue, add, begun } = setUp(t)
  await t.rejects(queue.run(1, new AbortController().signal, async () => { throw new Error('Broken') }), { message: 'Broken' })
  add(1, 'next')
  await turns()
  t.strictSame(begun, ['next'])
})
