import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openReader, openWriter } from '../../../src/db/open.js'
import { migrationsFolder } from '../../../src/paths.js'
import { Sqlite } from '../../../src/db/sqlite.js'

const held = { synchronous: 2, foreign_keys: 1, trusted_schema: 0, cell_size_check: 1, temp_store: 2 }

t.test('every open of a file holds the settings that keep promises', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  for (const open of ['first', 'second']) {
    const writer = openWriter(path)
    const reader = openReader(path)
    for (const [name, value] of Object.entries({ ...held, journal_mode: 'wal', secure_delete: 1, auto_vacuum: 2 })) {
      t.equal(writer.$client.pragma(name, { simple: true }), value, `${name} of the writer, ${open} open`)
    }
    for (const [name, value] of Object.entries({ ...held, journal_mode: 'wal', query_only: 1 })) {
      t.equal(reader.$client.pragma(name, { simple: true }), value, `${name} of the reader, ${open} open`)
    }
    reader.$client.close()
    writer.$client.close()
  }
})

t.test('a file of another program is left alone', async (t) => {
  const path = join(t.testdir(), 'other.db')
  const other = new Sqlite(path)
  other.exec('CREATE TABLE theirs (x)')
  other.close()
  const before = readFileSync(path)
  t.throws(() => openWriter(path), /another program/)
  t.strictSame(readFileSync(path), before)
})

t.test('a file that is no database is refused', async (t) => {
  const path = join(t.testdir({ 'parley.db': 'This is not a database at all. '.repeat(99) }), 'parley.db')
  t.throws(() => openWriter(path), { name: 'FileError', message: /parley.db is not a SQLite database; set DATABASE_PATH/ })
})

/** A copy of the migrations up to and without the one whose number is given. */
function migrationsBefore (folder: string, count: number) {
  cpSync(migrationsFolder, folder, { recursive: true })
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8'))
  journal.entries = journal.entries.slice(0, count)
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify(journal))
}

t.test('every older file migrates with all its rows', async (t) => {
  const migrations = readdirSync(migrationsFolder).filter((name) => name.endsWith('.sql'))
  for (let count = 2; count <= migrations.length; count++) {
    const folder = t.testdir()
    migrationsBefore(join(folder, 'old'), count)
    const path = join(folder, 'parley.db')
    const old = openWriter(path, join(folder, 'old'))
    old.$client.exec(`
      INSERT INTO users (no, id, email, created_at, updated_at) VALUES (1, 'ada', 'ada@example.test', 1, 1);
      INSERT INTO sessions (id, user_no, created_at, expires_at) VALUES ('s', 1, 1, 2);
      INSERT INTO refresh_tokens (hash, session_id) VALUES ('h', 's');
      INSERT INTO partitions (no, user_no, state, created_at) VALUES (1, 1, 'live', 1);
      INSERT INTO conversations (pk, partition_no, conversation_id, title, title_key, tags, message_count, next_message, created_at, updated_at)
        VALUES (33554433, 1, 'c', 'Title', 'title', '["travel"]', 1, 2, 1, 1);
      INSERT INTO messages (pk, message_id, body, created_at, updated_at) VALUES ((33554433 << 18) + 1, 'm', '{"sender":"User","text":"Hi","isCreatedByUser":true,"unfinished":false,"error":false}', 1, 1);
      INSERT INTO tags (pk, user_no, tag, position, created_at, updated_at) VALUES (1, 1, 'travel', 1, 1, 1);
    `)
    const tables = ['users', 'sessions', 'refresh_tokens', 'partitions', 'conversations', 'conversation_tags', 'messages', 'tags']
    const counts = (db: typeof old) => tables.map((table) => db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
    const before = counts(old)
    t.ok(before.every((rows) => rows === 1), 'the file has a row in every table')
    old.$client.close()

    const migrated = openWriter(path)
    t.strictSame(counts(migrated), before, `from ${count} of ${migrations.length} migrations`)
    const followed = `SELECT count(*) FROM conversations c JOIN list_rows r ON r.conversation_pk = c.pk AND r.row = c.list_row
      JOIN conversation_tags t ON t.conversation_pk = c.pk AND t.list_row = c.list_row`
    t.equal(migrated.$client.prepare(followed).pluck().get(), 1, 'what triggers write is there')
    t.equal(migrated.$client.pragma('integrity_check', { simple: true }), 'ok')
    t.strictSame(migrated.$client.pragma('foreign_key_check'), [])
    migrated.$client.close()
  }
})

t.test('a migration that rebuilds a parent table keeps the children', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'parley.db')
  const db = openWriter(path)
  db.$client.exec(`
    INSERT INTO users (no, id, created_at, updated_at) VALUES (1, 'ada', 1, 1);
    INSERT INTO sessions (id, user_no, created_at, expires_at) VALUES ('s', 1, 1, 2);
    INSERT INTO refresh_tokens (hash, session_id) VALUES ('h', 's');
  `)
  db.$client.close()

  const rebuilding = join(folder, 'rebuilding')
  migrationsBefore(rebuilding, Infinity)
  mkdirSync(rebuilding, { recursive: true })
  writeFileSync(join(rebuilding, '9999_rebuild.sql'), `
    CREATE TABLE __new_sessions AS SELECT * FROM sessions;
    --> statement-breakpoint
    DROP TABLE sessions;
    --> statement-breakpoint
    ALTER TABLE __new_sessions RENAME TO sessions;`)
  const journal = JSON.parse(readFileSync(join(rebuilding, 'meta/_journal.json'), 'utf8'))
  journal.entries.push({ idx: 9999, version: '6', when: 9_999_999_999_999, tag: '9999_rebuild', breakpoints: true })
  writeFileSync(join(rebuilding, 'meta/_journal.json'), JSON.stringify(journal))

  const rebuilt = openWriter(path, rebuilding)
  t.teardown(() => rebuilt.$client.close())
  t.equal(rebuilt.$client.prepare('SELECT count(*) FROM refresh_tokens').pluck().get(), 1)
  t.equal(rebuilt.$client.pragma('foreign_keys', { simple: true }), 1)
})
