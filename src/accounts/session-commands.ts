import { and, asc, desc, eq, gt, inArray, lte, ne, notExists, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { refreshTokens, sessions } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { type Account, accountByNo, requireAccount } from './user-queries.js'

/** Time in which a spent refresh token still leads to a valid one, see `docs/decisions/0008-refresh-tokens.md`. */
export const REUSE_GRACE_MS = 60_000

/** Sessions of one account. A further sign-in ends the session with the oldest last use. */
export const MAX_SESSIONS_PER_ACCOUNT = 1000

/** The `expires_at` of an ended session. Its rows stay until `createSession` removes them. */
const ENDED = 0

/** Expired sessions, and their tokens, that one sign-in removes. */
const SWEPT_SESSIONS = 10
const SWEPT_TOKENS = 200

const { placeholder } = sql

const statements = prepared((db: Db) => {
  const over = db.select({ id: sessions.id }).from(sessions).where(lte(sessions.expiresAt, placeholder('now')))
    .orderBy(asc(sessions.expiresAt)).limit(SWEPT_SESSIONS)
  const surplus = db.select({ id: sessions.id }).from(sessions)
    .where(and(eq(sessions.userNo, placeholder('userNo')), gt(sessions.expiresAt, ENDED)))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id)).limit(MAX_SESSIONS_PER_ACCOUNT).offset(MAX_SESSIONS_PER_ACCOUNT)
  const tokensOf = db.select().from(refreshTokens).where(eq(refreshTokens.sessionId, sessions.id))
  return {
    insertSession: db.insert(sessions).values({
      id: placeholder('id'),
      userNo: placeholder('userNo'),
      userAgent: placeholder('userAgent'),
      createdAt: placeholder('now'),
      lastUsedAt: placeholder('now'),
      expiresAt: placeholder('expiresAt')
    }).prepare(),
    insertToken: db.insert(refreshTokens).values({ hash: placeholder('hash'), sessionId: placeholder('sessionId') }).prepare(),
    token: db.select({
      sessionId: refreshTokens.sessionId, spentAt: refreshTokens.spentAt, userNo: sessions.userNo, expiresAt: sessions.expiresAt
    }).from(refreshTokens).innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
      .where(eq(refreshTokens.hash, placeholder('hash'))).prepare(),
    spend: db.update(refreshTokens).set({ spentAt: sql`${placeholder('now')}` })
      .where(eq(refreshTokens.hash, placeholder('hash'))).prepare(),
    extend: db.update(sessions).set({ lastUsedAt: sql`${placeholder('now')}`, expiresAt: sql`${placeholder('expiresAt')}` })
      .where(eq(sessions.id, placeholder('id'))).prepare(),
    forgetSpent: db.delete(refreshTokens)
      .where(and(eq(refreshTokens.sessionId, placeholder('id')), lte(refreshTokens.spentAt, placeholder('before'))))
      .limit(SWEPT_TOKENS).prepare(),
    end: db.update(sessions).set({ expiresAt: ENDED }).where(eq(sessions.id, placeholder('id'))).prepare(),
    endOwn: db.update(sessions).set({ expiresAt: ENDED })
      .where(and(eq(sessions.id, placeholder('id')), eq(sessions.userNo, placeholder('userNo')), gt(sessions.expiresAt, ENDED))).prepare(),
    endOthers: db.update(sessions).set({ expiresAt: ENDED })
      .where(and(eq(sessions.userNo, placeholder('userNo')), ne(sessions.id, placeholder('exceptId')), gt(sessions.expiresAt, ENDED))).prepare(),
    endSurplus: db.update(sessions).set({ expiresAt: ENDED }).where(inArray(sessions.id, surplus)).prepare(),
    removeTokens: db.delete(refreshTokens).where(inArray(refreshTokens.sessionId, over)).limit(SWEPT_TOKENS).prepare(),
    removeOver: db.delete(sessions).where(and(inArray(sessions.id, over), notExists(tokensOf))).prepare()
  }
})

/** A new session. Commands carry tokens only as their `secretHash`. */
export interface NewSession {
  id: string
  userNo: number
  tokenHash: string
  userAgent: string
  now: number
  expiresAt: number
}

/**
 * Opens a session with its first refresh token. Also removes some expired sessions of any user.
 * @throws {DomainError} UNAUTHENTICATED when the account was removed or disabled meanwhile.
 */
export const createSession = defineCommand({
  name: 'createSession',
  kind: 'short',
  grows: false,
  run (db, { tokenHash, ...session }: NewSession): Account {
    const account = requireAccount(db, session.userNo)
    const { removeTokens, removeOver, insertSession, insertToken, endSurplus } = statements(db)
    // The tokens first, because the foreign key would remove any number of them with their session.
    removeTokens.run({ now: session.now })
    removeOver.run({ now: session.now })
    insertSession.run({ ...session })
    insertToken.run({ hash: tokenHash, sessionId: session.id })
    endSurplus.run({ userNo: session.userNo })
    return account
  }
})

/** The input of `rotateRefreshToken`: the hash of the received token, and those of its successors, the next one first. */
export interface Rotation { hash: string, successorHashes: string[], now: number, lifetimeMs: number }

/** A session that continues with the successor at this index. */
export interface RotatedSession { account: Account, sessionId: string, expiresAt: number, successor: number }

/**
 * Spends a refresh token and returns the first successor that is not spent. The session is extended by its lifetime. A
 * token that was spent within `REUSE_GRACE_MS` leads to the same successor. A token that was spent earlier has been
 * copied. Either holder may be the thief, so the session ends (RFC 9700, section 4.14.2).
 * Returns null when the token is unknown, expired or reused too late.
 */
export const rotateRefreshToken = defineCommand({
  name: 'rotateRefreshToken',
  kind: 'short',
  grows: false,
  run (db, { hash, successorHashes, now, lifetimeMs }: Rotation): RotatedSession | null {
    const { token, spend, insertToken, extend, forgetSpent, end } = statements(db)
    const found = token.get({ hash })
    if (!found) return null
    const id = found.sessionId
    const account = accountByNo(db, found.userNo)
    const isReplayed = found.spentAt !== null && now - found.spentAt > REUSE_GRACE_MS
    if (!account || isReplayed || found.expiresAt <= now) {
      // Returns null instead of throwing, because an error would roll this back.
      end.run({ id })
      return null
    }
    if (found.spentAt === null) spend.run({ hash, now })
    for (const [successor, nextHash] of successorHashes.entries()) {
      const next = token.get({ hash: nextHash })
      if (next && next.spentAt !== null) continue
      if (!next) insertToken.run({ hash: nextHash, sessionId: id })
      const expiresAt = now + lifetimeMs
      extend.run({ id, now, expiresAt })
      // The cookie of an older token has expired, so that token will not be sent again.
      forgetSpent.run({ id, before: now - lifetimeMs })
      return { account, sessionId: id, expiresAt, successor }
    }
    return null
  }
})

/** Ends the session of a refresh token, spent or not. */
export const endSessionOfToken = defineCommand({
  name: 'endSessionOfToken',
  kind: 'short',
  grows: false,
  run (db, { hash }: { hash: string }) {
    const found = statements(db).token.get({ hash })
    if (found) statements(db).end.run({ id: found.sessionId })
  }
})

/**
 * Ends one session of a user.
 * @throws {DomainError} NOT_FOUND when the user has no such session.
 */
export const endSession = defineCommand({
  name: 'endSession',
  kind: 'short',
  grows: false,
  run (db, own: { userNo: number, id: string }) {
    if (statements(db).endOwn.run(own).changes === 0) throw new DomainError('NOT_FOUND', 'Session not found')
  }
})

/** Ends all sessions of a user but one and returns how many. Null ends all. */
export const endOtherSessions = defineCommand({
  name: 'endOtherSessions',
  kind: 'short',
  grows: false,
  run: (db, { userNo, exceptId }: { userNo: number, exceptId: string | null }): number =>
    statements(db).endOthers.run({ userNo, exceptId: exceptId ?? '' }).changes
})

/** Commands about sessions. */
export const sessionCommands = [createSession, rotateRefreshToken, endSessionOfToken, endSession, endOtherSessions]
