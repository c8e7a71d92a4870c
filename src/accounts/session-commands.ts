import { and, eq, lte, ne, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { refreshTokens, sessions } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { type Account, accountByNo, requireAccount } from './user-queries.js'

/** How long a spent refresh token still leads to a valid one, see `docs/decisions/0008-refresh-tokens.md`. */
export const REUSE_GRACE_MS = 60_000

const statements = prepared((db: Db) => ({
  insertSession: db.insert(sessions).values({
    id: sql.placeholder('id'),
    userNo: sql.placeholder('userNo'),
    userAgent: sql.placeholder('userAgent'),
    createdAt: sql.placeholder('now'),
    lastUsedAt: sql.placeholder('now'),
    expiresAt: sql.placeholder('expiresAt')
  }).prepare(),
  insertToken: db.insert(refreshTokens).values({ hash: sql.placeholder('hash'), sessionId: sql.placeholder('sessionId') }).prepare(),
  token: db.select({
    sessionId: refreshTokens.sessionId, spentAt: refreshTokens.spentAt, userNo: sessions.userNo, expiresAt: sessions.expiresAt
  }).from(refreshTokens).innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .where(eq(refreshTokens.hash, sql.placeholder('hash'))).prepare(),
  spend: db.update(refreshTokens).set({ spentAt: sql`${sql.placeholder('now')}` })
    .where(eq(refreshTokens.hash, sql.placeholder('hash'))).prepare(),
  extend: db.update(sessions).set({ lastUsedAt: sql`${sql.placeholder('now')}`, expiresAt: sql`${sql.placeholder('expiresAt')}` })
    .where(eq(sessions.id, sql.placeholder('id'))).prepare(),
  forgetSpent: db.delete(refreshTokens)
    .where(and(eq(refreshTokens.sessionId, sql.placeholder('id')), lte(refreshTokens.spentAt, sql.placeholder('before')))).prepare(),
  remove: db.delete(sessions).where(eq(sessions.id, sql.placeholder('id'))).prepare(),
  removeOwn: db.delete(sessions)
    .where(and(eq(sessions.id, sql.placeholder('id')), eq(sessions.userNo, sql.placeholder('userNo')))).prepare(),
  removeOthers: db.delete(sessions)
    .where(and(eq(sessions.userNo, sql.placeholder('userNo')), ne(sessions.id, sql.placeholder('exceptId')))).prepare(),
  removeExpired: db.delete(sessions).where(lte(sessions.expiresAt, sql.placeholder('now'))).prepare()
}))

/** A session as it begins. Tokens appear in commands only as their `secretHash`. */
export interface NewSession {
  id: string
  userNo: number
  tokenHash: string
  userAgent: string
  now: number
  expiresAt: number
}

/**
 * Opens a session with its first refresh token, and removes everybody's sessions that are over.
 * @throws {DomainError} UNAUTHENTICATED when the account was removed or disabled meanwhile.
 */
export const createSession = defineCommand({
  name: 'createSession',
  kind: 'short',
  grows: false,
  run (db, { tokenHash, ...session }: NewSession): Account {
    const account = requireAccount(db, session.userNo)
    statements(db).removeExpired.run({ now: session.now })
    statements(db).insertSession.run({ ...session })
    statements(db).insertToken.run({ hash: tokenHash, sessionId: session.id })
    return account
  }
})

/** What `rotateRefreshToken` is given: the hash of the token that came, and those of its successors, next one first. */
export interface Rotation { hash: string, successorHashes: string[], now: number, lifetimeMs: number }

/** A session that goes on with the successor at this place of the list. */
export interface RotatedSession { account: Account, sessionId: string, expiresAt: number, successor: number }

/**
 * Spends a refresh token and gives the first successor that is not spent; the session then lasts for another lifetime. A
 * token that was spent within `REUSE_GRACE_MS` leads to the same successor. One that was spent earlier has been copied, and
 * either holder may be the thief, so the session ends (RFC 9700, section 4.14.2).
 * Null when the token is unknown, expired or reused too late.
 */
export const rotateRefreshToken = defineCommand({
  name: 'rotateRefreshToken',
  kind: 'short',
  grows: false,
  run (db, { hash, successorHashes, now, lifetimeMs }: Rotation): RotatedSession | null {
    const { token, spend, insertToken, extend, forgetSpent, remove } = statements(db)
    const found = token.get({ hash })
    if (!found) return null
    const id = found.sessionId
    const account = accountByNo(db, found.userNo)
    const isReplayed = found.spentAt !== null && now - found.spentAt > REUSE_GRACE_MS
    if (!account || isReplayed || found.expiresAt <= now) {
      // Null and not an error: an error would undo the removal.
      remove.run({ id })
      return null
    }
    if (found.spentAt === null) spend.run({ hash, now })
    for (const [successor, nextHash] of successorHashes.entries()) {
      const next = token.get({ hash: nextHash })
      if (next && next.spentAt !== null) continue
      if (!next) insertToken.run({ hash: nextHash, sessionId: id })
      const expiresAt = now + lifetimeMs
      extend.run({ id, now, expiresAt })
      // The cookie of an older one has expired, so it will not come again.
      forgetSpent.run({ id, before: now - lifetimeMs })
      return { account, sessionId: id, expiresAt, successor }
    }
    return null
  }
})

/** Ends the session that a refresh token, spent or not, belongs to. */
export const endSessionOfToken = defineCommand({
  name: 'endSessionOfToken',
  kind: 'short',
  run (db, { hash }: { hash: string }) {
    const found = statements(db).token.get({ hash })
    if (found) statements(db).remove.run({ id: found.sessionId })
  }
})

/**
 * Ends one session of a user.
 * @throws {DomainError} NOT_FOUND when they have no such session.
 */
export const endSession = defineCommand({
  name: 'endSession',
  kind: 'short',
  grows: false,
  run (db, own: { userNo: number, id: string }) {
    if (statements(db).removeOwn.run(own).changes === 0) throw new DomainError('NOT_FOUND', 'Session not found')
  }
})

/** Ends all sessions of a user but one, and returns how many. Null as the exception ends all. */
export const endOtherSessions = defineCommand({
  name: 'endOtherSessions',
  kind: 'short',
  grows: false,
  run: (db, { userNo, exceptId }: { userNo: number, exceptId: string | null }): number =>
    statements(db).removeOthers.run({ userNo, exceptId: exceptId ?? '' }).changes
})

/** Commands about sign-ins. */
export const sessionCommands = [createSession, rotateRefreshToken, endSessionOfToken, endSession, endOtherSessions]
