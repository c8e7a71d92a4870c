import { chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { setPassword } from '../../../src/accounts/password-commands.js'
import * as commandModule from '../../../src/commands.js'
import { listBackups, makeBackup } from '../../../src/maintenance/backup.js'
import { lockFile } from '../../../src/maintenance/lock.js'
import { restoreBackup } from '../../../src/maintenance/restore.js'
import { runInThread } from '../../../src/maintenance/run-in-thread.js'
import { saveMessage } from '../../../src/messages/save.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import { change, filledFile, folderBeside, NOW, valueOf } from './filled-file.js'

const DAY = 86_400_000
const MESSAGES = 'SELECT count(*) FROM messages'

t.test('a backup is private, whole and named after its moment', async (t) => {
  const path = await filledFile(t)
  const folder = join(folderBeside(path), 'backups')
  const backup = makeBackup(path, folder, { keep: 7, now: NOW })
  t.equal(backup.path, join(folder, 'parley-20260102T100000Z.db'))
  t.strictSame(backup.faults, [])
  t.equal(statSync(backup.path).mode & 0o777, 0o600)
  t.equal(valueOf(backup.path, MESSAGES), 12)
  t.match(listBackups(folder, NOW), [{ path: backup.path, bytes: backup.bytes, madeAt: NOW }])
})

t.test('a backup of a server that is being written to has every acknowledged write from before it', async (t) => {
  const path = await filledFile(t)
  const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  const save = (n: number) => saveMessage(database.writer, {
    userNo: 1, conversationId: '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10', message: { messageId: `late-${n}`, text: `Late ${n}` }, now: NOW
  })
  for (let n = 0; n < 50; n++) await save(n)
  const { result } = runInThread('backup', { path, folder: folderBeside(path), keep: 7, now: NOW })
  const writes = new AbortController()
  const backup = result.finally(() => writes.abort())
  for (let n = 50; !writes.signal.aborted; n++) await save(n)
  t.ok(Number(valueOf((await backup).path, MESSAGES)) >= 62)
})

t.test('only the newest backups are kept, and other files are left alone', async (t) => {
  const path = await filledFile(t)
  const folder = folderBeside(path, { 'parley-notes.db': 'mine', 'parley.db': 'mine', 'parley-20250101T000000Z.db.part': 'of a crash' })
  for (let day = 0; day < 4; day++) makeBackup(path, folder, { keep: 2, now: NOW + day * DAY })
  t.strictSame(readdirSync(folder).sort(), ['parley-20260104T100000Z.db', 'parley-20260105T100000Z.db', 'parley-notes.db', 'parley.db'])
})

t.test('backups that were made while the clock was ahead go first, and the new one stays', async (t) => {
  const path = await filledFile(t)
  const folder = folderBeside(path)
  for (const ahead of [300, 301]) makeBackup(path, folder, { keep: 9, now: NOW + ahead * DAY })
  const first = makeBackup(path, folder, { keep: 2, now: NOW })
  t.strictSame(listBackups(folder, NOW).map(({ madeAt }) => madeAt), [NOW, NOW + 301 * DAY])
  const second = makeBackup(path, folder, { keep: 2, now: NOW + DAY })
  t.strictSame(listBackups(folder, NOW + DAY).map((backup) => backup.path), [second.path, first.path])
})

t.test('a damaged database makes no backup and removes none', async (t) => {
  const path = await filledFile(t)
  const folder = folderBeside(path)
  makeBackup(path, folder, { keep: 1, now: NOW })
  change(path, 'PRAGMA foreign_keys = OFF; DELETE FROM partitions')
  t.throws(() => makeBackup(path, folder, { keep: 1, now: NOW + DAY }), { name: 'FileError', message: /not a sound copy \(foreign keys: .*parley doctor/ })
  t.strictSame(readdirSync(folder), ['parley-20260102T100000Z.db'])
})

t.test('faults that can be mended are told and do not prevent a backup', async (t) => {
  const path = await filledFile(t)
  change(path, 'UPDATE conversations SET message_count = 9 WHERE title = \'Porto\'')
  t.match(makeBackup(path, folderBeside(path), { keep: 1, now: NOW }).faults, [{ check: 'message counts' }])
})

t.test('a folder that cannot be used fails in one line that names it', async (t) => {
  const path = await filledFile(t)
  const file = join(folderBeside(path, { file: '' }), 'file')
  for (const folder of [file, join(file, 'in-it')]) {
    await t.rejects(runInThread('backup', { path, folder, keep: 1, now: NOW }).result, { name: 'FileError', message: new RegExp(`^${folder} cannot be used`) })
    t.throws(() => listBackups(folder, NOW), { name: 'FileError', message: new RegExp(`^${folder} cannot be used`) })
  }
})

t.test('a database that is missing or damaged is named as the one at fault', async (t) => {
  const path = await filledFile(t)
  const folder = folderBeside(path)
  const missing = join(folder, 'none/parley.db')
  t.throws(() => makeBackup(missing, folder, { keep: 1, now: NOW }), { name: 'FileError', message: `${missing} is not there yet` })
  const pages = readFileSync(path)
  writeFileSync(path, pages.fill(0x55, 4096))
  t.throws(() => makeBackup(path, folder, { keep: 1, now: NOW }), { name: 'FileError', message: new RegExp(`^${path} is damaged`) })
  t.strictSame(readdirSync(folder), [])
})

t.test('a restore puts the backup in place and the old file aside', async (t) => {
  const path = await filledFile(t)
  const backup = makeBackup(path, folderBeside(path), { keep: 7, now: NOW })
  change(path, 'DELETE FROM tags; UPDATE users SET name = \'Eve\'')
  const aside = restoreBackup(backup.path, path, NOW)
  t.equal(aside, `${path}.replaced-20260102T100000Z`)
  t.equal(valueOf(path, 'SELECT name FROM users'), 'Ada')
  t.equal(valueOf(aside ?? '', 'SELECT name FROM users'), 'Eve')
  t.ok(existsSync(backup.path))
  t.equal(statSync(path).mode & 0o777, 0o600)
})

t.test('the log of a crashed server goes aside with its file and opens with it', async (t) => {
  const path = await filledFile(t)
  const folder = folderBeside(path)
  const backup = makeBackup(path, join(folder, 'backups'), { keep: 7, now: NOW })
  // A file and its log as a kill would leave them: copied while a connection is open.
  const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  await setPassword(database.writer, { userNo: 1, passwordHash: 'late', exceptSessionId: null, now: NOW })
  const crashed = join(folder, 'crashed.db')
  for (const ending of ['', '-wal']) copyFileSync(path + ending, crashed + ending)
  await database.close()

  const aside = restoreBackup(backup.path, crashed, NOW)
  t.equal(valueOf(crashed, 'SELECT password_hash FROM users'), null, 'nothing of the old log is in the restored file')
  t.equal(valueOf(aside ?? '', 'SELECT password_hash FROM users'), 'late')
})

t.test('a restore to where no database was leaves nothing else', async (t) => {
  const path = await filledFile(t)
  const target = join(folderBeside(path), 'parley.db')
  t.equal(restoreBackup(path, target, NOW), null)
  t.equal(valueOf(target, MESSAGES), 12)
})

t.test('a restored file belongs to the user who owns the old one, or the folder', async (t) => {
  // Only root gives files to others.
  const { uid, gid } = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : userInfo()
  const path = await filledFile(t)
  const folder = folderBeside(path)
  const { path: backup } = makeBackup(path, join(folder, 'backups'), { keep: 7, now: NOW })
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  for (const file of [empty, path]) chownSync(file, uid, gid)
  for (const database of [path, join(empty, 'parley.db')]) {
    restoreBackup(backup, database, NOW)
    t.match(statSync(database), { uid, gid })
  }
  t.match(statSync(join(empty, 'parley.db-lock')), { uid, gid })
})

t.test('a restore refuses while a server holds the file', async (t) => {
  const path = await filledFile(t)
  const backup = makeBackup(path, folderBeside(path), { keep: 7, now: NOW })
  const before = readFileSync(path)
  const lock = lockFile(path, 'server')
  t.teardown(() => lock.release())
  t.throws(() => restoreBackup(backup.path, path, NOW), { name: 'LockedError', message: new RegExp(`process ${process.pid} \\(server\\)`) })
  t.strictSame(readFileSync(path), before)
})

t.test('a restore refuses what is no sound backup and touches nothing', async (t) => {
  const path = await filledFile(t)
  const folder = folderBeside(path)
  const before = readFileSync(path)
  const broken = join(folder, 'broken.db')
  copyFileSync(path, broken)
  change(broken, 'PRAGMA foreign_keys = OFF; DELETE FROM partitions')
  const newer = join(folder, 'newer.db')
  copyFileSync(path, newer)
  change(newer, 'PRAGMA user_version = 99')
  writeFileSync(join(folder, 'text.db'), 'Not a database. '.repeat(99))
  writeFileSync(join(folder, 'empty.db'), '')
  mkdirSync(join(folder, 'folder.db'))
  for (const [name, message] of [['broken', /not a sound copy/], ['newer', /newer version/], ['text', /not a SQLite database/], ['empty', /is empty/], ['missing', /is not there/], ['folder', /is a folder; name a backup in it/]] as const) {
    t.throws(() => restoreBackup(join(folder, `${name}.db`), path, NOW), { name: 'FileError', message }, name)
  }
  t.strictSame(readFileSync(path), before)
  t.strictSame(readdirSync(join(path, '..')).filter((name) => name !== 'parley.db-lock'), ['parley.db'])
})
