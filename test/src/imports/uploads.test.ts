import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { watchPace } from '../../../src/arrival-pace.js'
import { uploadsIn } from '../../../src/imports/uploads.js'

const mode = (path: string) => statSync(path).mode & 0o777

t.test('an upload can be read by its owner only', async (t) => {
  const uploads = uploadsIn(t.testdir())
  const file = await uploads.receive(Readable.from(['Hello ', 'you']))
  t.equal(readFileSync(file, 'utf8'), 'Hello you')
  t.equal(mode(file), 0o600)
  await uploads.remove(file)
  t.notOk(existsSync(file))
  await t.resolves(uploads.remove(file), 'removing it again is no error')
})

t.test('an upload that breaks leaves no file', async (t) => {
  const uploads = uploadsIn(t.testdir())
  async function * breaking () {
    yield 'Hello '
    throw new Error('The connection is gone')
  }
  await t.rejects(uploads.receive(Readable.from(breaking())), { message: 'The connection is gone' })
  t.strictSame(readdirSync(uploads.path), [])
})

t.test('an upload is slow when too little arrived within a window', async (t) => {
  async function isSlow (stepBytes: number, isPaused = false) {
    let [bytes, slow] = [0, false]
    const bytesRead = () => { bytes += stepBytes; return bytes }
    const end = watchPace({ windowMs: 40, minBytes: 10 }, { bytesRead, isPaused: () => isPaused }, () => { slow = true })
    await wait(1000)
    end()
    return slow
  }
  t.strictSame(await Promise.all([isSlow(10), isSlow(0.01), isSlow(0), isSlow(0, true)]), [false, true, true, false])
})
