import { once } from 'node:events'
import t from 'tap'
import { createJobs } from '../../../src/jobs/jobs.js'
import { createJobQueue } from '../../../src/jobs/queue.js'

t.test('a job that is done stays done when cleaning up after it fails', async (t) => {
  const failures: unknown[] = []
  const jobs = createJobs<string>(createJobQueue('imports'), { what: 'import', onCleanUpError: (error) => failures.push(error) })
  const failure = Object.assign(new Error('unlink'), { code: 'EIO' })
  const { id, finished } = jobs.start(1, { initial: 'begun', work: async () => 'published', cleanUp: async () => { throw failure } })
  t.equal(await finished, 'published')
  t.match(jobs.status(1, id), { state: 'done', progress: 'published', error: null })
  t.strictSame(failures, [failure])
})

t.test('the error of a job that failed is reported, and that of a cancelled one is not', async (t) => {
  const failures: unknown[] = []
  const jobs = createJobs<string>(createJobQueue('imports'), { what: 'import', onFailed: (error) => failures.push(error) })
  const failure = new Error('a defect')
  const cleanUp = async () => {}
  await t.rejects(jobs.start(1, { initial: '', work: async () => { throw failure }, cleanUp }).finished, failure)
  const waitForEnd = async ({ signal }: { signal: AbortSignal }) => {
    if (!signal.aborted) await once(signal, 'abort')
    throw signal.reason
  }
  const { id, finished } = jobs.start(1, { initial: '', work: waitForEnd, cleanUp })
  finished.catch(() => {})
  t.match(await jobs.cancel(1, id), { state: 'cancelled' })
  t.strictSame(failures, [failure])
})

t.test('a full queue refuses a job at once, and nothing is left of it', async (t) => {
  const jobs = createJobs<string>(createJobQueue('imports'), { what: 'import' })
  const begun: number[] = []
  const task = (n: number) => ({
    initial: '',
    async work ({ signal }: { signal: AbortSignal }) {
      begun.push(n)
      if (!signal.aborted) await once(signal, 'abort')
      throw signal.reason
    },
    cleanUp: async () => {}
  })
  for (let n = 0; n < 11; n++) jobs.start(1, task(n)).finished.catch(() => {})
  t.throws(() => jobs.start(1, task(11)), { code: 'TOO_MANY_REQUESTS' })
  t.equal(jobs.ofUser(1).length, 11)
  await jobs.close()
  t.strictSame(begun, [0])
})

t.test('no job begins after the close', async (t) => {
  const jobs = createJobs<string>(createJobQueue('imports'), { what: 'import' })
  await jobs.close()
  t.throws(() => jobs.start(1, { initial: '', work: async () => 'it ran', cleanUp: async () => {} }), { code: 'BUSY' })
  t.strictSame(jobs.ofUser(1), [])
})
