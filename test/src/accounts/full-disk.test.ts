import t from 'tap'
import { createKey, deleteKey } from '../../../src/accounts/key-commands.js'
import { putPasswordLink, usePasswordLink } from '../../../src/accounts/password-commands.js'
import { createSession, endOtherSessions, endSession, endSessionOfToken, rotateRefreshToken } from '../../../src/accounts/session-commands.js'
import { changeAccess, createAccount } from '../../../src/accounts/user-commands.js'
import { commands } from '../../../src/commands.js'
import { openWriter } from '../../../src/db/open.js'
import { commandTable, type Definition } from '../../../src/writer/command.js'
import { StorageError } from '../../../src/writer/errors.js'
import { jobFor } from '../../../src/writer/protocol.js'

t.test('on a full disk people sign in and out, and accounts, sessions and keys can be blocked', async (t) => {
  const db = openWriter(':memory:')
  t.teardown(() => db.$client.close())
  const account = createAccount.run(db, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const userNo = account?.no ?? 0
  createKey.run(db, { id: 'key', userNo, name: 'key', hash: 'key', lastFour: 'abcd', scopes: ['read'], expiresAt: null, now: 1 })
  putPasswordLink.run(db, { userNo, hash: 'link', expiresAt: 100 })

  const table = commandTable(commands)
  const admit = ({ grows }: Pick<Definition, 'grows'>) => {
    if (grows !== false) throw new StorageError('SQLITE_FULL', 'The disk is full')
  }
  const run = (name: string, input: unknown) => jobFor(table, admit, { id: 1, name, input }, () => {}).run(db)
  t.throws(() => run(createKey.definition.name, {}), { code: 'SQLITE_FULL' })

  const session = (id: string) => ({ id, userNo, tokenHash: id, userAgent: '', now: 2, expiresAt: 100 })
  const isOpen = (id: string) => db.$client.prepare('SELECT expires_at > 2 FROM sessions WHERE id = ?').pluck().get(id) === 1
  for (const id of ['a', 'b', 'c', 'd']) run(createSession.definition.name, session(id))
  t.match(run(rotateRefreshToken.definition.name, { hash: 'a', successorHashes: ['a2'], now: 3, lifetimeMs: 100 }), { sessionId: 'a' })
  run(endSessionOfToken.definition.name, { hash: 'a2' })
  run(endSession.definition.name, { userNo, id: 'b' })
  run(endOtherSessions.definition.name, { userNo, exceptId: 'd' })
  t.strictSame(['a', 'b', 'c', 'd'].filter(isOpen), ['d'])
  run(deleteKey.definition.name, { userNo, id: 'key' })
  t.equal(db.$client.prepare('SELECT count(*) FROM api_keys').pluck().get(), 0)
  run(usePasswordLink.definition.name, { hash: 'link', passwordHash: 'new', now: 4 })
  t.notOk(isOpen('d'))
  t.throws(() => run(changeAccess.definition.name, { userNo, isDisabled: true, now: 5 }), { code: 'CONFLICT' })
})
