import { and, desc, eq, gt, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { cachedUntilCommit } from '../db/cached-until-commit.js'
import { sessions, users } from '../db/schema.js'
import { accountById, accountColumns, isActive, type Account } from './user-queries.js'

/** A session with its account. Times are milliseconds since 1970. */
export interface AccountSession {
  account: Account
  session: Pick<typeof sessions.$inferSelect, 'id' | 'createdAt' | 'expiresAt'>
}

/** A session as its owner sees it. */
export type ListedSession = Pick<typeof sessions.$inferSelect, 'id' | 'userAgent' | 'createdAt' | 'lastUsedAt' | 'expiresAt'>

/** Sessions that one response lists. */
const MAX_LISTED_SESSIONS = 200

const statements = prepared((db: Db) => ({
  withAccount: db.select({
    account: accountColumns,
    session: { id: sessions.id, createdAt: sessions.createdAt, expiresAt: sessions.expiresAt }
  }).from(sessions).innerJoin(users, eq(users.no, sessions.userNo))
    .where(and(eq(sessions.id, sql.placeholder('id')), isActive)).prepare(),
  ofUser: db.select({
    id: sessions.id,
    userAgent: sessions.userAgent,
    createdAt: sessions.createdAt,
    lastUsedAt: sessions.lastUsedAt,
    expiresAt: sessions.expiresAt
  }).from(sessions).where(and(eq(sessions.userNo, sql.placeholder('userNo')), gt(sessions.expiresAt, sql.placeholder('now'))))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id)).limit(MAX_LISTED_SESSIONS).prepare()
}))

/** Returns a session with its account, unless the account is disabled. Cached until the next commit. */
export const cachedSession = cachedUntilCommit((db, id: string): AccountSession | null =>
  statements(db).withAccount.get({ id }) ?? null)

/** Returns an account by its id, unless it is disabled. Cached until the next commit. */
export const cachedAccount = cachedUntilCommit(accountById)

/** Returns the open sessions of a user, the last used first. */
export function listSessions (db: Db, userNo: number, now: number): ListedSession[] {
  return statements(db).ofUser.all({ userNo, now })
}
