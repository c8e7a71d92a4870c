import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { build } from '../helper.js'

t.test('work folders are private, emptied at the start, and removed at the end', async (t) => {
  const folder = t.testdir({ 'parley.db-uploads': { left: 'by a kill' } })
  const { server } = await build(t, { DATABASE_PATH: join(folder, 'parley.db') })
  for (const name of ['uploads', 'exports']) {
    const path = join(folder, `parley.db-${name}`)
    t.strictSame(readdirSync(path), [])
    t.equal(statSync(path).mode & 0o777, 0o700)
  }
  writeFileSync(join(folder, 'parley.db-exports', 'export.zip'), 'waits for its download')
  await server.close()
  t.strictSame(readdirSync(folder).filter((name) => name.includes('-')), [])
})

t.test('a database in memory has work folders of its own', async (t) => {
  const one = await build(t)
  const two = await build(t)
  const [first, second] = [await one.server.workFolder('probe'), await two.server.workFolder('probe')]
  t.not(first, second)
  await one.server.close()
  t.strictSame([existsSync(first), existsSync(second), existsSync(dirname(first))], [false, true, true])
})
