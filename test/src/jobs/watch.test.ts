import t from 'tap'
import { statusEvent, withHeartbeat } from '../../../src/jobs/event-stream.js'
import { createJobs } from '../../../src/jobs/jobs.js'
import { createJobQueue } from '../../../src/jobs/queue.js'

const turns = () => new Promise((resolve) => setImmediate(resolve))

/** A job that goes on until it is ended, and the number of texts that were made of it. */
async function setUp () {
  const jobs = createJobs<number>(createJobQueue('imports'), { what: 'import' })
  const control = { report: (_: number) => {}, end: () => {} }
  const { id } = jobs.start(1, {
    initial: 0,
    work: ({ onProgress }) => new Promise((resolve) => {
      control.report = onProgress
      control.end = () => resolve(100)
    }),
    cleanUp: async () => {}
  })
  await turns()
  let made = 0
  const watch = (signal = new AbortController().signal) => jobs.watch(1, id, signal, ({ state, progress }) => {
    made++
    return `${state} ${progress}`
  })
  return { jobs, id, control, watch, made: () => made }
}

t.test('all who watch a job are shown one text, made once for each change', async (t) => {
  const { control, watch, made } = await setUp()
  const watchers = [watch(), watch(), watch()]
  const read = async () => (await Promise.all(watchers.map((watcher) => watcher.next()))).map(({ value }) => value)
  t.strictSame(await read(), Array(3).fill('running 0'))
  const next = read()
  control.report(1)
  t.strictSame(await next, Array(3).fill('running 1'))
  t.equal(made(), 2)
  for (const progress of [2, 3, 4]) control.report(progress)
  t.strictSame(await read(), Array(3).fill('running 4'), 'changes that nobody read in time are one')
  control.end()
  await turns()
  t.strictSame(await read(), Array(3).fill('done 100'))
  t.strictSame(await read(), Array(3).fill(undefined))
  t.equal(made(), 4)
})

t.test('watching ends with its signal, and leaves no listener', async (t) => {
  const { watch, control } = await setUp()
  const abort = new AbortController()
  const watcher = watch(abort.signal)
  await watcher.next()
  const next = watcher.next()
  abort.abort()
  await t.rejects(next, { name: 'AbortError' })
  control.end()
})

t.test('a stream without events says something now and then', async (t) => {
  let end = () => {}
  const silence = new Promise<void>((resolve) => { end = resolve })
  async function * events () {
    yield statusEvent({ state: 'running' })
    await silence
    yield statusEvent({ state: 'done' })
  }
  const texts: string[] = []
  for await (const text of withHeartbeat(events(), 5)) {
    texts.push(text)
    if (texts.length === 4) end()
  }
  t.equal(texts[0], 'event: status\ndata: {"state":"running"}\n\n')
  t.strictSame(texts.slice(1, 4), Array(3).fill(':\n\n'))
  t.equal(texts.at(-1), 'event: status\ndata: {"state":"done"}\n\n')
})

t.test('a stream that nobody reads any more ends its source', async (t) => {
  let isEnded = false
  async function * events () {
    try {
      yield 'first'
      yield 'second'
    } finally {
      isEnded = true
    }
  }
  const stream = withHeartbeat(events(), 1000)
  t.equal((await stream.next()).value, 'first')
  await stream.return()
  await turns()
  t.ok(isEnded)
})
