import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { inspectFile, openWriter } from '../../../src/db/open.js'
import { runInThread } from '../../../src/maintenance/run-in-thread.js'
import { needsUpgrade } from '../../../src/maintenance/upgrade.js'
import { migrationsFolder } from '../../../src/paths.js'
import { valueOf } from './filled-file.js'

const OLD = 4

/** A file as a version with the first migrations only left it. */
function oldFile (t: Test) {
  const folder = t.testdir()
  const migrations = join(folder, 'migrations')
  cpSync(migrationsFolder, migrations, { recursive: true })
  const journal = JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8'))
  journal.entries.length = OLD
  writeFileSync(join(migrations, 'meta/_journal.json'), JSON.stringify(journal))
  const path = join(folder, 'parley.db')
  const db = openWriter(path, migrations)
  db.$client.exec('INSERT INTO users (no, id, created_at, updated_at) VALUES (1, \'ada\', 1, 1)')
  db.$client.close()
  return path
}

async function upgrade (path: string, backup: boolean) {
  const lines: string[] = []
  await runInThread('upgrade', { path, backup }, (line) => lines.push(line)).result
  return lines
}

t.test('an older file is kept as a copy and migrated on a thread, which tells its steps', async (t) => {
  const path = oldFile(t)
  t.ok(needsUpgrade(path))
  const lines = await upgrade(path, true)
  const { has, known } = inspectFile(path)
  t.equal(has, known)
  t.notOk(needsUpgrade(path))
  const copy = `${path}.before-migration-${OLD}`
  t.strictSame(inspectFile(copy), { has: OLD, known })
  t.equal(valueOf(copy, 'SELECT id FROM users'), 'ada')
  t.equal(lines[0], `The file as it was before the migration is kept as ${copy}`)
  t.equal(lines[1], `Migrating ${path}: ${OLD + 1} of ${known}`)
  t.equal(lines.at(-1), `Migrated ${path} from ${OLD} to ${known} migrations`)
})

t.test('no copy is made when it is not wanted', async (t) => {
  const path = oldFile(t)
  await upgrade(path, false)
  t.notOk(existsSync(`${path}.before-migration-${OLD}`))
})

t.test('a new file, and none, need no upgrade', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  t.notOk(needsUpgrade(path))
  openWriter(path).$client.close()
  t.notOk(needsUpgrade(path))
  t.notOk(needsUpgrade(':memory:'))
})
