import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openReader, openWriter } from '../../../src/db/open.js'
import { checkpointsOf } from '../../../src/writer/checkpoint.js'

/** A file with a table of blobs, each of a page and more. */
function setUp (t: Test) {
  const path = join(t.testdir(), 'parley.db')
  const db = openWriter(path)
  t.teardown(() => db.$client.close())
  db.$client.exec('CREATE TABLE blobs (content BLOB)')
  const insert = db.$client.prepare('INSERT INTO blobs VALUES (?)')
  const fill = db.$client.transaction((pages: number, content: string) => {
    for (let n = 0; n < pages; n++) insert.run(Buffer.alloc(4096, content))
  })
  return { path, db, fill, checkpoint: checkpointsOf(db).whenLong, isInFile: (content: string) => readFileSync(path).includes(content.repeat(100)) }
}

t.test('no checkpoint is made before the WAL has WAL_PAGES_PER_CHECKPOINT pages', async (t) => {
  const { fill, checkpoint, isInFile } = setUp(t)
  fill(1500, 'first')
  t.notOk(isInFile('first'), 'where SQLite alone would have made a checkpoint')
  t.notOk(checkpoint())
  t.notOk(isInFile('first'))

  fill(2500, 'second')
  t.ok(checkpoint())
  t.ok(isInFile('first') && isInFile('second'))
  t.notOk(checkpoint(), 'nothing is left to write back')
})

t.test('pages that a reader still needs stay in the WAL, and the attempt counts as no work', async (t) => {
  const { path, fill, checkpoint, isInFile } = setUp(t)
  const reader = openReader(path)
  t.teardown(() => reader.$client.close())
  reader.$client.exec('BEGIN')
  reader.$client.prepare('SELECT count(*) FROM blobs').get()
  fill(4000, 'late')
  t.notOk(checkpoint() && checkpoint(), 'at most what was there before the reader came')
  t.notOk(isInFile('late'))

  reader.$client.exec('COMMIT')
  t.ok(checkpoint())
  t.ok(isInFile('late'))
})

t.test('a database in memory has no WAL', async (t) => {
  const db = openWriter(':memory:')
  t.teardown(() => db.$client.close())
  t.notOk(checkpointsOf(db).whenLong())
})
