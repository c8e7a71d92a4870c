import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { inspectFile, openWriter } from '../../../src/db/open.js'
import { readMigrations } from '../../../src/db/migrations.js'
import { migrationsFolder } from '../../../src/paths.js'
import { type Connection, Sqlite } from '../../../src/db/sqlite.js'

/** SHA-256 of every migration that has landed. A new one is added here; a line that is here never changes. */
const landed = [
  ['0000_tables', '38e996e64871e7cacf2c842b112a65b51bba422ec6eb825d681388bd2a335248'],
  ['0001_triggers', '4df598b80568b5efa0df4c24a37c83a3248f12341e2e57b1a0bbb1f056993991'],
  ['0002_search', '15a9429b81733fb6394ba27f207d68f07fe3805973e1107928a28c16f2255a5b'],
  ['0003_search_index', 'd792ca3c4b0b282a96fca87089a9a48caa13a96b836d45e900545542845ec1b6'],
  ['0004_list_rows', '942718902afaea5796d9c1049e1d7c45492421eef1650088edac379c1c52385f'],
  ['0005_tagged_rows', '61b59956064df76a48e8688b0f7ad7c499104034e0b76e1c06bedad97ce48281'],
  ['0006_origin_rows', '5469dae1a9bdbba8566ca19f80971a9025acef840861060fd61db46d0e5422d9'],
  ['0007_imported_changes', 'a48fcc5bb14663a510bf599805b76a222397daedf5892bd53d57e6ee8a0815f2'],
  ['0008_tag_renames', '14f220866c9320ca6a73da3563aaa957d4501ec7dc7ccf165973ec7b624155bf'],
  ['0009_accounts', '34014cca068ea43fdd1c90fd969ecc18cfec01ad43b4bcb46684f9a488f2a397'],
  ['0010_deleted_accounts', '9ab7e239374bc311563ae74c292cfc11045f56b7697a3f4eefd66733d264a43a'],
  ['0011_archived_at', 'd92de34876e46a43637cf047ae9c97b007ed8f6a3b360518c3b76068b4958c4a'],
  ['0012_count_messages', '72e623812c16c19a87266cd505c2de4c7db91495916fb6fb7298f482f73eeac0'],
  ['0013_copies_from_other_sources', 'a94da11ad7a29e3a52dd08a12de56cc613ff16564c4db9b45ee8d489396b9364'],
  ['0014_forget_titles', 'd1d3b14e440ff19c47bd1024e06b5a972871be9325d345198a3154b404cf1419'],
  ['0015_copies_of_conversations', '80b9de9ceae61e4b02b4f5ac03c3c344f67ccb844a625bb5f51e8183771fc9a9'],
  ['0016_previous_search_index', '76c8ba85c559948c04082db9e383df8c0a37736ea00b9856c7faf78f2aed1c40']
]

const names: string[] = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')).entries.map(({ tag }: { tag: string }) => tag)
const known = readMigrations(migrationsFolder)

/** A file as this version leaves it, for `change` to make it another. */
function fileWith (t: Test, change: (sqlite: Connection) => void) {
  const path = join(t.testdir(), 'parley.db')
  openWriter(path).$client.close()
  const sqlite = new Sqlite(path)
  change(sqlite)
  sqlite.close()
  return path
}

t.test('landed migrations are never edited', async (t) => {
  t.strictSame(known.map(({ hash }, n) => [names[n], hash]), landed)
})

t.test('user_version counts migrations', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  t.strictSame(inspectFile(path), { has: 0, known: known.length })
  const db = openWriter(path)
  t.equal(db.$client.pragma('user_version', { simple: true }), known.length)
  db.$client.close()
  t.strictSame(inspectFile(path), { has: known.length, known: known.length })
})

t.test('a file from before versions were counted gets its number and keeps its contents', async (t) => {
  const path = fileWith(t, (sqlite) => { sqlite.pragma('user_version = 0') })
  t.strictSame(inspectFile(path), { has: known.length, known: known.length })
  const db = openWriter(path)
  t.equal(db.$client.pragma('user_version', { simple: true }), known.length)
  db.$client.close()
})

t.test('a newer file is refused in one line and not touched', async (t) => {
  for (const change of ['PRAGMA user_version = 99', 'INSERT INTO __drizzle_migrations (hash, created_at) VALUES (\'later\', 9999999999999)']) {
    const path = fileWith(t, (sqlite) => { sqlite.exec(change) })
    const before = readFileSync(path)
    for (const open of [inspectFile, openWriter]) {
      t.throws(() => open(path), { name: 'FileError', message: /parley\.db was written by a newer version of Parley.*; start that version, or restore/ })
    }
    t.strictSame(readFileSync(path), before)
  }
})

t.test('a file of an unreleased version is refused in one line', async (t) => {
  const path = fileWith(t, (sqlite) => { sqlite.exec('UPDATE __drizzle_migrations SET hash = \'2ec50be9\' WHERE rowid = 1') })
  t.throws(() => openWriter(path), { name: 'FileError', message: /its migration 0 differs.*; read it with that version/ })
})

t.test('a file made while the triggers had an earlier text opens', async (t) => {
  const earlier = '979afb3992e2f2ac'
  const path = fileWith(t, (sqlite) => { sqlite.prepare('UPDATE __drizzle_migrations SET hash = ? WHERE rowid = 2').run(earlier.padEnd(64, '0')) })
  openWriter(path).$client.close()
  t.equal(inspectFile(path).has, known.length)
})

t.test('a migration that fails says why and changes nothing', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  openWriter(path).$client.close()
  const sqlite = new Sqlite(path)
  sqlite.exec('DELETE FROM __drizzle_migrations WHERE rowid > 4; PRAGMA user_version = 4')
  sqlite.close()
  t.throws(() => openWriter(path), /table `?list_rows`? already exists/)
  t.equal(inspectFile(path).has, 4)
})

for (const [what, prepare, message] of [
  ['a folder', (path: string) => join(path, '..'), /is a folder/],
  ['a path through a file', (path: string) => { openWriter(path).$client.close(); return join(path, 'inner.db') }, /a part of its path is a file/]
] as const) {
  t.test(`${what} is refused in one line`, async (t) => {
    const path = prepare(join(t.testdir(), 'parley.db'))
    t.throws(() => openWriter(path), { name: 'FileError', message })
  })
}
