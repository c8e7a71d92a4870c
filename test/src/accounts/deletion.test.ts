import { join } from 'node:path'
import t, { type Test } from 'tap'
import { listUsers } from '../../../src/accounts/administration.js'
import { deleteAccount, sweepAccounts } from '../../../src/accounts/deletion.js'
import { createKey } from '../../../src/accounts/key-commands.js'
import { cachedKey } from '../../../src/accounts/key-queries.js'
import { putPasswordLink, setPassword } from '../../../src/accounts/password-commands.js'
import { registrationOpen } from '../../../src/accounts/registration-state.js'
import { createSession, rotateRefreshToken } from '../../../src/accounts/session-commands.js'
import { cachedSession } from '../../../src/accounts/session-queries.js'
import { changeAccess, changeProfile, provisionAccount } from '../../../src/accounts/user-commands.js'
import { accountById, accountByNo, anyAccountByEmail, anyAccountById, passwordOfAccount, passwordOfEmail } from '../../../src/accounts/user-queries.js'
import { renameConversation } from '../../../src/conversations/commands.js'
import { sweepDeleted } from '../../../src/conversations/sweep.js'
import { beginCopy } from '../../../src/copies/commands.js'
import type { Db } from '../../../src/db/connection.js'
import { openWriter } from '../../../src/db/open.js'
import { createHousekeeping } from '../../../src/housekeeping.js'
import { beginImport, publishImport, stageConversations } from '../../../src/imports/commands.js'
import { deleteMessage } from '../../../src/messages/commands.js'
import { saveMessage, saveShortMessage } from '../../../src/messages/save.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { changeTag, createTag, deleteTag, setConversationTags } from '../../../src/tags/commands.js'
import type { Writer } from '../../../src/writer/writer.js'
import { stagedChats } from '../../staged-import.js'
import { now, open } from './accounts-database.js'

/** The conversation that an account has in these tests. */
const chatOf = (userNo: number) => `0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a1${userNo}`

const chats = [{ id: 'one', turns: ['Hello', 'Hi there'] }, { id: 'two', turns: ['A question', 'An answer'] }]
const grown = [{ id: 'one', turns: ['Hello', 'Hi there', 'How are you?'] }]

/** Rows of each kind that an account gets by the thousand. */
const ORIGINS = 5000
const TAGS = 2000
const TOKENS = 3000

/** Gives an account something in every table, and thousands of rows in those without a limit. Returns its staged import. */
async function fill (writer: Writer, { $client: sqlite }: Db, userNo: number): Promise<number> {
  const conversationId = chatOf(userNo)
  for (const n of [0, 1, 2]) {
    await saveMessage(writer, { userNo, conversationId, message: { messageId: `m${n}`, text: `Secret ${n}` }, now })
  }
  await deleteMessage(writer, { userNo, conversationId, messageId: 'm2', now })
  await setConversationTags(writer, { userNo, conversationId, tags: ['work', 'home'], now })
  await changeTag(writer, { userNo, tag: 'work', rename: 'office', now })
  await createSession(writer, { id: 's1', userNo, tokenHash: 'h', userAgent: '', now, expiresAt: now + 1000 })
  await createKey(writer, { id: 'k1', userNo, name: 'cli', hash: 'kh', lastFour: 'last', scopes: ['read'], expiresAt: null, now })
  await putPasswordLink(writer, { userNo, hash: 'lh', expiresAt: now + 1000 })

  const published = await beginImport(writer, { userNo, now })
  await stageConversations(writer, { userNo, partitionNo: published, restoreDeleted: false, conversations: stagedChats(userNo, chats) })
  await publishImport(writer, { userNo, partitionNo: published, now })
  const partitionNo = await beginImport(writer, { userNo, now })
  await stageConversations(writer, { userNo, partitionNo, restoreDeleted: false, conversations: stagedChats(userNo, grown) })

  const numbers = (count: number) => `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`
  sqlite.exec(`
    ${numbers(ORIGINS)} INSERT INTO import_origins (conversation_pk, user_no, source, source_id, fingerprint)
      SELECT (${userNo} << 25) + 1000 + n, ${userNo}, 'chatgpt', 'gone ' || n, '' FROM numbers;
    ${numbers(TAGS)} INSERT INTO tags (user_no, tag, position, created_at, updated_at) SELECT ${userNo}, 'tag ' || n, n, 0, 0 FROM numbers;
    ${numbers(TOKENS)} INSERT INTO refresh_tokens (hash, session_id, spent_at) SELECT 'token ' || n, 's1', 0 FROM numbers;`)
  return partitionNo
}

/** The rows of every table, but those of the search index and SQLite's own counters. */
function contentsOf ({ $client: sqlite }: Db) {
  const names = sqlite.prepare<[], string>(
    'SELECT name FROM sqlite_schema WHERE type = \'table\' AND name NOT LIKE \'search%\' AND name NOT LIKE \'sqlite_%\' ORDER BY name').pluck().all()
  return Object.fromEntries(names.map((name) => [name, sqlite.prepare(`SELECT * FROM ${name}`).all()]))
}

/** A database with the accounts of Eve, who stays, and of Ada, who is about to go. */
async function openWithTwo (t: Test, path?: string) {
  const database = await open(t, path)
  const { reader, writer, create } = database
  await create('eve')
  await saveMessage(writer, { userNo: 1, conversationId: chatOf(1), message: { messageId: 'm0', text: 'Kept' }, now })
  await createTag(writer, { userNo: 1, tag: 'work', description: null, conversationId: chatOf(1), now })
  const before = contentsOf(reader)
  await create('ada')
  return { ...database, before }
}

t.test('nothing of a deleted account is left in any table, and no step removes more than 500 rows', async (t) => {
  const { reader, writer, count, before } = await openWithTwo(t)
  await fill(writer, reader, 2)
  const filled = contentsOf(reader)
  for (const [name, rows] of Object.entries(filled)) {
    if (name !== '__drizzle_migrations' && name !== 'server_settings') t.ok(rows.length > (before[name]?.length ?? 0), `${name} has rows of the account`)
  }

  t.match(await deleteAccount(writer, { userNo: 2, now }), { conversations: 3 }, 'by a short command')
  t.strictSame([count('import_origins'), count('refresh_tokens')], [ORIGINS + 2, TOKENS + 1], 'which leaves the rows to the sweep')
  await sweepDeleted(writer)
  const changes = reader.$client.prepare<[], number>('SELECT total_changes()').pluck()
  const sizes: number[] = []
  let changed = changes.get() ?? 0
  for (const steps = sweepAccounts.run(reader); !steps.next().done;) {
    sizes.push((changes.get() ?? 0) - changed)
    changed = changes.get() ?? 0
  }
  t.ok(sizes.length > (ORIGINS + TAGS + TOKENS) / 500)
  t.ok(sizes.every((size) => size <= 500), `${Math.max(...sizes)} rows`)
  t.strictSame(contentsOf(reader), before)
  t.strictSame(searchFaults(reader), [])
})

t.test('a sweep that a restart cuts off anywhere is finished afterwards', async (t) => {
  for (const done of [0, 1, 3, 9, 14, 20, 25]) {
    const path = join(t.testdir({}), 'parley.db')
    const { reader, writer, before, close } = await openWithTwo(t, path)
    const second = openWriter(path)
    await fill(writer, second, 2)
    second.$client.close()
    await deleteAccount(writer, { userNo: 2, now })
    t.match(contentsOf(reader).users, { length: 2 })
    await close()

    const crashed = openWriter(path)
    for (const sweep of [sweepDeleted, sweepAccounts]) {
      const steps = sweep.run(crashed)
      for (let n = 0; n < done && !steps.next().done; n++) continue
    }
    crashed.$client.close()

    const again = await open(t, path)
    const housekeeping = createHousekeeping(again.writer, (error) => { throw error })
    housekeeping.schedule()
    await housekeeping.idle()
    t.strictSame(contentsOf(again.reader), before, `after ${done} steps of each sweep`)
    await again.close()
  }
})

t.test('before the sweep', async (t) => {
  const { reader, writer, create } = await openWithTwo(t)
  const partitionNo = await fill(writer, reader, 2)
  await changeAccess(writer, { userNo: 2, role: 'ADMIN', now })
  t.ok(cachedSession(reader, 's1') && cachedKey(reader, 'kh') && accountByNo(reader, 2))
  await deleteAccount(writer, { userNo: 2, now })

  t.test('nobody finds the account', async (t) => {
    const found = [
      accountById(reader, 'ada'), accountByNo(reader, 2), anyAccountById(reader, 'ada'), anyAccountByEmail(reader, 'ada@example.test'),
      passwordOfEmail(reader, 'ada@example.test'), passwordOfAccount(reader, 2), cachedSession(reader, 's1'), cachedKey(reader, 'kh')
    ]
    t.ok(found.every((account) => account === null))
    t.strictSame(listUsers(reader, { limit: 10 }).users.map(({ id }) => id), ['eve'])
    await t.rejects(changeAccess(writer, { userNo: 1, role: 'USER', now }), { code: 'CONFLICT' }, 'which does not count as another administrator')
  })

  const own = { userNo: 2, conversationId: chatOf(2), now }
  const writes: Record<string, [code: string, write: () => Promise<unknown>]> = {
    'a message': ['UNAUTHENTICATED', () => saveMessage(writer, { ...own, message: { messageId: 'm9', text: 'x' } })],
    'a new conversation': ['UNAUTHENTICATED', () => saveMessage(writer, { ...own, conversationId: chatOf(9), message: { messageId: 'm9', text: 'x' } })],
    'a title': ['NOT_FOUND', () => renameConversation(writer, { ...own, title: 'x' })],
    'a copy': ['NOT_FOUND', () => beginCopy(writer, { ...own, copyId: 'copy', fork: null, title: '' })],
    'the tags of a conversation': ['NOT_FOUND', () => setConversationTags(writer, { ...own, tags: ['x'] })],
    'a new tag': ['UNAUTHENTICATED', () => createTag(writer, { userNo: 2, tag: 'new', description: null, conversationId: null, now })],
    'a change of a tag': ['UNAUTHENTICATED', () => changeTag(writer, { userNo: 2, tag: 'home', rename: 'x', now })],
    'the deletion of a tag': ['UNAUTHENTICATED', () => deleteTag(writer, { userNo: 2, tag: 'home' })],
    'a new import': ['UNAUTHENTICATED', () => beginImport(writer, { userNo: 2, now })],
    'a batch of an import': ['UNAUTHENTICATED', () =>
      stageConversations(writer, { userNo: 2, partitionNo, restoreDeleted: false, conversations: stagedChats(2, chats) })],
    'the end of an import': ['UNAUTHENTICATED', () => publishImport(writer, { userNo: 2, partitionNo, now })],
    'a key': ['UNAUTHENTICATED', () => createKey(writer, { id: 'k2', userNo: 2, name: '', hash: 'h2', lastFour: '', scopes: ['read'], expiresAt: null, now })],
    'a session': ['UNAUTHENTICATED', () => createSession(writer, { id: 's2', userNo: 2, tokenHash: 'h2', userAgent: '', now, expiresAt: now + 1 })],
    'a password': ['UNAUTHENTICATED', () => setPassword(writer, { userNo: 2, passwordHash: 'x', exceptSessionId: null, now })],
    'a name': ['UNAUTHENTICATED', () => changeProfile(writer, { userNo: 2, name: 'x', now })],
    'a password link': ['NOT_FOUND', () => putPasswordLink(writer, { userNo: 2, hash: 'x', expiresAt: now + 1 })]
  }
  for (const [what, [code, write]] of Object.entries(writes)) {
    t.test(`${what} is refused with ${code}`, async (t) => {
      await t.rejects(write(), { code })
    })
  }

  t.test('a refresh token of it is not good', async (t) => {
    t.equal(await rotateRefreshToken(writer, { hash: 'h', successorHashes: ['h3'], now, lifetimeMs: 1000 }), null)
  })

  t.test('deleting it again changes nothing', async (t) => {
    t.strictSame(await deleteAccount(writer, { userNo: 2, now }), { conversations: 0, messages: 0 })
  })

  t.test('its e-mail address and id are free, and the new account sees nothing of it', async (t) => {
    t.match(await create('ada'), { no: 3, id: 'ada', email: 'ada@example.test', role: 'USER' })
    await deleteAccount(writer, { userNo: 3, now })
    await provisionAccount(writer, { id: 'ada', email: 'ada@example.test', username: 'Ada', provider: 'openid', now })
    t.match(accountById(reader, 'ada'), { no: 4, email: 'ada@example.test' })
  })
})

t.test('a server whose only account was deleted can be claimed, before and after the sweep', async (t) => {
  const { reader, writer, create } = await open(t)
  await create('ada')
  await deleteAccount(writer, { userNo: 1, now })
  t.ok(registrationOpen(reader, false))
  await sweepAccounts(writer)
  t.ok(registrationOpen(reader, false))
  t.match(await create('eve', false), { no: 2, role: 'ADMIN' })
})

t.test('an import that is writing when the account is deleted stops, and leaves nothing', async (t) => {
  const { reader, before, close } = await openWithTwo(t)
  const partitionNo = beginImport.run(reader, { userNo: 2, now })
  const conversations = stagedChats(2, [{ id: 'long', turns: Array.from({ length: 500 }, (_, n) => `Turn ${n}`) }])
  const steps = stageConversations.run(reader, { userNo: 2, partitionNo, restoreDeleted: false, conversations })
  steps.next()
  deleteAccount.run(reader, { userNo: 2, now })
  for (const sweep of [sweepDeleted, sweepAccounts]) for (const run = sweep.run(reader); !run.next().done;) continue
  t.throws(() => steps.next(), { code: 'UNAUTHENTICATED' })
  t.strictSame(contentsOf(reader), before)
  t.strictSame(searchFaults(reader), [])
  await close()
})

t.test('nothing can be begun for an account that was swept away', async (t) => {
  const { reader, close } = await openWithTwo(t)
  deleteAccount.run(reader, { userNo: 2, now })
  for (const sweep of [sweepDeleted, sweepAccounts]) for (const run = sweep.run(reader); !run.next().done;) continue
  const message = { messageId: 'm', text: 'Hello' }
  t.throws(() => saveShortMessage.run(reader, { userNo: 2, conversationId: '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10', message, now }), { code: 'UNAUTHENTICATED' })
  t.throws(() => beginImport.run(reader, { userNo: 2, now }), { code: 'UNAUTHENTICATED' })
  await close()
})
