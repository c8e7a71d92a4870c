import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from 'tap'
import { openUploads } from '../../../src/imports/uploads.js'

const mode = (path: string) => statSync(path).mode & 0o777

t.test('an upload can be read by its owner only', async (t) => {
  const uploads = await openUploads(join(t.testdir(), 'parley.db'))
  const file = await uploads.receive(Readable.from(['Hello ', 'you']))
  t.equal(readFileSync(file, 'utf8'), 'Hello you')
  t.equal(mode(file), 0o600)
  t.equal(mode(uploads.path), 0o700)
  await uploads.remove(file)
  t.notOk(existsSync(file))
  await t.resolves(uploads.remove(file), 'removing it again is no error')
})

t.test('an upload that breaks leaves no file', async (t) => {
  const uploads = await openUploads(join(t.testdir(), 'parley.db'))
  async function * breaking () {
    yield 'Hello '
    throw new Error('The connection is gone')
  }
  await t.rejects(uploads.receive(Readable.from(breaking())), { message: 'The connection is gone' })
  t.strictSame(readdirSync(uploads.path), [])
})

t.test('what an earlier stop left is removed at the start', async (t) => {
  const database = join(t.testdir({ 'parley.db-uploads': { left: 'over' } }), 'parley.db')
  writeFileSync(database, '')
  const { path } = await openUploads(database)
  t.equal(path, `${database}-uploads`)
  t.strictSame(readdirSync(path), [])
})
