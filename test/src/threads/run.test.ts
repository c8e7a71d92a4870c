import t from 'tap'
import { runThread } from '../../../src/threads/run.js'
import { isStorageFailure } from '../../../src/writer/errors.js'

const control = () => ({ signal: new AbortController().signal, onProgress: () => {} })

/** A thread with this source. */
const thread = (source: string) => new URL(`data:text/javascript,${encodeURIComponent(source)}`)
/** A thread that calls `serveThread` with this function as its work. */
const working = (work: string) => thread(`import { serveThread } from '${new URL('../../../src/threads/serve.js', import.meta.url)}'\nawait serveThread(${work})`)

t.test('a thread gives its result, after its progress', async (t) => {
  const seen: string[] = []
  const given = await runThread(working("async (tell) => { tell('half'); return 'all' }"), {}, { ...control(), onProgress: (progress: string) => seen.push(progress) })
  t.strictSame([seen, given], [['half'], 'all'])
})

const notStarted = {
  'whose module is not there': thread("import '/nowhere/module.js'"),
  'whose package cannot be found': thread("import 'no-such-package'"),
  'that is no module': thread('import {'),
  'that throws before its work': thread("throw new Error('before')"),
  'that ends before its work': thread('process.exit(1)'),
  'whose file is not there': new URL('file:///nowhere/thread.js')
}
for (const [what, file] of Object.entries(notStarted)) {
  t.test(`a thread ${what} is a failure of the machine`, async (t) => {
    const error: unknown = await runThread(file, {}, control()).catch((error: unknown) => error)
    t.match(error, { name: 'StorageError', code: 'NOT_LOADED', message: /^A thread could not be started: / })
    t.ok(isStorageFailure(error))
  })
}

t.test('a thread whose module cannot be opened keeps the code of that', async (t) => {
  const error: unknown = await runThread(thread("throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })"), {}, control()).catch((error: unknown) => error)
  t.match(error, { name: 'StorageError', code: 'EMFILE' })
})

t.test('what the work throws is what the caller gets', async (t) => {
  const defect = runThread(working("() => { throw new TypeError('a defect') }"), {}, control())
  await t.rejects(defect, { message: 'a defect' })
  t.notOk(isStorageFailure(await defect.catch((error: unknown) => error)))
  await t.rejects(runThread(working("() => { throw Object.assign(new Error('x'), { code: 'EIO' }) }"), {}, control()), { name: 'StorageError', code: 'EIO' })
  await t.rejects(runThread(working('() => process.exit(0)'), {}, control()), { message: /ended with code 0 and without a result/ })
  const options = { resourceLimits: { maxOldGenerationSizeMb: 16 } }
  await t.rejects(runThread(working('() => { for (const all = []; ;) all.push({ n: all.length }) }'), options, control()), { name: 'OutOfMemoryError' })
})

t.test('a thread that is stopped rejects with the reason', async (t) => {
  const abort = new AbortController()
  const running = runThread(working('() => new Promise(() => { setInterval(() => {}, 1000) })'), {}, { signal: abort.signal, onProgress: () => {} })
  abort.abort(new Error('enough'))
  await t.rejects(running, { message: 'enough' })
  await t.rejects(runThread(working('() => 1'), {}, { signal: abort.signal, onProgress: () => {} }), { message: 'enough' })
})
