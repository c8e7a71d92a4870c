import t, { type Test } from 'tap'
import { accountOfLink, putPasswordLink, setPassword, usePasswordLink } from '../../../src/accounts/password-commands.js'
import { successorsOf } from '../../../src/accounts/refresh-tokens.js'
import { secretHash } from '../../../src/accounts/secret-hash.js'
import {
  createSession, endOtherSessions, endSession, endSessionOfToken, MAX_SESSIONS_PER_ACCOUNT, REUSE_GRACE_MS, rotateRefreshToken
} from '../../../src/accounts/session-commands.js'
import { listSessions } from '../../../src/accounts/session-queries.js'
import { changeAccess } from '../../../src/accounts/user-commands.js'
import { accountById, anyAccountByEmail, passwordOfEmail } from '../../../src/accounts/user-queries.js'
import { now, open } from './accounts-database.js'

const WEEK = 604_800_000
const MINUTE = 60_000

/** A database with one account and its session `s1`, which began with the token `first`. */
async function openWithSession (t: Test) {
  const parts = await open(t)
  const { no: userNo } = await parts.create('ada') ?? { no: 0 }
  const { writer } = parts

  const begin = (id: string, token: string, at = now) =>
    createSession(writer, { id, userNo, tokenHash: secretHash(token), userAgent: id, now: at, expiresAt: at + WEEK })

  /** The token that takes the place of this one; null when the session is over. */
  async function rotate (token: string, at: number): Promise<string | null> {
    const successors = successorsOf(token, 'secret')
    const rotated = await rotateRefreshToken(writer, {
      hash: secretHash(token), successorHashes: successors.map(secretHash), now: at, lifetimeMs: WEEK
    })
    return rotated && (successors[rotated.successor] ?? null)
  }

  await begin('s1', 'first')
  return { ...parts, userNo, begin, rotate }
}

t.test('a refresh gives the next token and extends the session', async (t) => {
  const { reader, userNo, rotate } = await openWithSession(t)
  const second = await rotate('first', now + WEEK - 1) ?? ''
  t.match(listSessions(reader, userNo, now), [{ id: 's1', createdAt: now, lastUsedAt: now + WEEK - 1, expiresAt: now + 2 * WEEK - 1 }])
  t.ok(await rotate(second, now + 2 * WEEK - 2), 'whoever comes in time is never asked to sign in')
  t.equal(await rotate('unknown', now), null)
})

t.test('a session that nobody refreshed in time is over', async (t) => {
  const { reader, userNo, rotate } = await openWithSession(t)
  t.equal(await rotate('first', now + WEEK), null)
  t.strictSame(listSessions(reader, userNo, now), [])
})

t.test('a spent token', async (t) => {
  t.test('leads to the same successor for a minute', async (t) => {
    const { rotate } = await openWithSession(t)
    const second = await rotate('first', now)
    t.ok(second)
    t.equal(await rotate('first', now + 1), second)
    t.equal(await rotate('first', now + REUSE_GRACE_MS), second)
  })

  t.test('leads past a successor that was spent within the minute', async (t) => {
    const { rotate, count } = await openWithSession(t)
    const second = await rotate('first', now) ?? ''
    const third = await rotate(second, now + 10_000)
    t.equal(await rotate('first', now + 20_000), third)
    t.equal(await rotate(second, now + 20_000), third)
    t.equal(count('refresh_tokens'), 3)
  })

  t.test('ends the session after the minute, for its successors too', async (t) => {
    const { reader, userNo, rotate } = await openWithSession(t)
    const second = await rotate('first', now) ?? ''
    t.equal(await rotate('first', now + REUSE_GRACE_MS + 1), null)
    t.equal(await rotate(second, now + REUSE_GRACE_MS + 1), null)
    t.strictSame(listSessions(reader, userNo, now), [])
  })

  t.test('shows a thief who was quick: the second user of the one successor comes too late', async (t) => {
    const { rotate } = await openWithSession(t)
    const thiefs = await rotate('first', now) ?? ''
    const owners = await rotate('first', now + 30_000) ?? ''
    t.equal(owners, thiefs)
    t.ok(await rotate(thiefs, now + 10 * MINUTE))
    t.equal(await rotate(owners, now + 15 * MINUTE), null)
  })

  t.test('is removed once its cookie has expired', async (t) => {
    const { rotate, count } = await openWithSession(t)
    const second = await rotate('first', now) ?? ''
    const third = await rotate(second, now + WEEK - 1) ?? ''
    t.equal(count('refresh_tokens'), 3)
    await rotate(third, now + WEEK)
    t.equal(count('refresh_tokens'), 3)
  })
})

t.test('only hashes of tokens are stored', async (t) => {
  const { reader } = await openWithSession(t)
  t.strictSame(reader.$client.prepare('SELECT hash FROM refresh_tokens').pluck().all(), [secretHash('first')])
  t.match(secretHash('first'), /^[0-9a-f]{64}$/)
})

t.test('ending sessions', async (t) => {
  t.test('by a token ends the session of that token', async (t) => {
    const { reader, writer, userNo, begin } = await openWithSession(t)
    await begin('s2', 'other')
    await endSessionOfToken(writer, { hash: secretHash('first') })
    await endSessionOfToken(writer, { hash: secretHash('unknown') })
    t.match(listSessions(reader, userNo, now), [{ id: 's2' }])
  })

  t.test('by id ends one\'s own only', async (t) => {
    const { reader, writer, create, userNo } = await openWithSession(t)
    const { no: eve } = await create('eve') ?? { no: 0 }
    await t.rejects(endSession(writer, { userNo: eve, id: 's1' }), { code: 'NOT_FOUND' })
    await endSession(writer, { userNo, id: 's1' })
    t.strictSame(listSessions(reader, userNo, now), [])
    await t.rejects(endSession(writer, { userNo, id: 's1' }), { code: 'NOT_FOUND' }, 'once')
  })

  t.test('can leave one', async (t) => {
    const { reader, writer, userNo, begin } = await openWithSession(t)
    await begin('s2', 'other')
    t.equal(await endOtherSessions(writer, { userNo, exceptId: 's2' }), 1)
    t.match(listSessions(reader, userNo, now), [{ id: 's2' }])
    t.equal(await endOtherSessions(writer, { userNo, exceptId: null }), 1)
  })

  t.test('leaves their rows to later sign-ins, which remove some each', async (t) => {
    const { reader, writer, userNo, begin, count } = await openWithSession(t)
    const addToken = reader.$client.prepare('INSERT INTO refresh_tokens (hash, session_id) VALUES (?, ?)')
    for (let n = 0; n < 300; n++) addToken.run(`t${n}`, 's1')
    for (let n = 2; n <= 15; n++) await begin(`s${n}`, `token ${n}`)
    t.equal(await endOtherSessions(writer, { userNo, exceptId: null }), 15)
    t.strictSame(listSessions(reader, userNo, now), [])
    t.strictSame([count('sessions'), count('refresh_tokens')], [15, 315])
    for (let n = 0; n < 4; n++) await begin(`new ${n}`, `new ${n}`)
    t.strictSame([count('sessions'), count('refresh_tokens')], [4, 4])
  })

  t.test('happens to the one unused for longest when there are too many', async (t) => {
    const { reader, userNo, begin } = await openWithSession(t)
    reader.$client.prepare(
      `INSERT INTO sessions (id, user_no, created_at, last_used_at, expires_at)
       SELECT 'old ' || value, ?, 1, value, ? FROM json_each(?)`)
      .run(userNo, now + WEEK, JSON.stringify(Array.from({ length: MAX_SESSIONS_PER_ACCOUNT - 1 }, (_, n) => n + 1)))
    await begin('s2', 'other')
    const open = reader.$client.prepare('SELECT id FROM sessions WHERE expires_at > ? ORDER BY last_used_at').pluck().all(now)
    t.equal(open.length, MAX_SESSIONS_PER_ACCOUNT)
    t.strictSame([open[0], ...open.slice(-2).sort()], ['old 2', 's1', 's2'])
  })
})

t.test('disabling an account shuts it out until it is enabled again', async (t) => {
  const { reader, writer, create, rotate, begin } = await openWithSession(t)
  // Somebody has to be left to administer.
  const { no: eve } = await create('eve') ?? { no: 0 }
  reader.$client.exec('UPDATE users SET role = \'ADMIN\'')
  t.ok(eve)
  const userNo = 1
  await changeAccess(writer, { userNo, isDisabled: true, now })
  t.equal(accountById(reader, 'ada'), null)
  t.match(anyAccountByEmail(reader, 'ada@example.test'), { disabledAt: now })
  t.equal(await rotate('first', now), null)
  await t.rejects(begin('s2', 'other'), { code: 'UNAUTHENTICATED' })
  await changeAccess(writer, { userNo, isDisabled: false, now })
  t.match(accountById(reader, 'ada'), { id: 'ada' })
})

t.test('a new password ends every session but the named one', async (t) => {
  const { reader, writer, userNo, begin } = await openWithSession(t)
  await begin('s2', 'other')
  await setPassword(writer, { userNo, passwordHash: 'new', exceptSessionId: 's2', now })
  t.match(passwordOfEmail(reader, 'ada@example.test'), { passwordHash: 'new' })
  t.match(listSessions(reader, userNo, now), [{ id: 's2' }])
})

t.test('a password link', async (t) => {
  const { reader, writer, userNo } = await openWithSession(t)
  const put = (hash: string) => putPasswordLink(writer, { userNo, hash, expiresAt: now + MINUTE })
  const use = (hash: string, at: number) => usePasswordLink(writer, { hash, passwordHash: hash, now: at })

  t.test('is good until it expires', async (t) => {
    await put('h1')
    t.match(accountOfLink(reader, 'h1', now + MINUTE - 1), { id: 'ada' })
    await t.rejects(use('h1', now + MINUTE), { code: 'UNAUTHENTICATED' })
  })

  t.test('is replaced by the next', async (t) => {
    await put('h2')
    await t.rejects(use('h1', now), { code: 'UNAUTHENTICATED' })
  })

  t.test('is good once, and ends all sessions', async (t) => {
    await use('h2', now)
    await t.rejects(use('h2', now), { code: 'UNAUTHENTICATED' })
    t.match(passwordOfEmail(reader, 'ada@example.test'), { passwordHash: 'h2' })
    t.strictSame(listSessions(reader, userNo, now), [])
  })

  t.test('is useless after another change of the password', async (t) => {
    await put('h3')
    await setPassword(writer, { userNo, passwordHash: 'mine', exceptSessionId: null, now })
    await t.rejects(use('h3', now), { code: 'UNAUTHENTICATED' })
  })
})
