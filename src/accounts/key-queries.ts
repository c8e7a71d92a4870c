import { and, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { cachedUntilCommit } from '../db/cached-until-commit.js'
import { apiKeys, users } from '../db/schema.js'
import { type Account, accountColumns, isActive } from './user-queries.js'

const keyColumns = {
  id: apiKeys.id,
  name: apiKeys.name,
  lastFour: apiKeys.lastFour,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt
}

/** A key as its owner sees it. Times are milliseconds since 1970. Null means never. */
export type ApiKey = Pick<typeof apiKeys.$inferSelect, keyof typeof keyColumns>

/** A key with its account. */
export interface AccountKey { account: Account, key: ApiKey }

const statements = prepared((db: Db) => ({
  withAccount: db.select({ account: accountColumns, key: keyColumns }).from(apiKeys).innerJoin(users, eq(users.no, apiKeys.userNo))
    .where(and(eq(apiKeys.hash, sql.placeholder('hash')), isActive)).prepare(),
  ofUser: db.select(keyColumns).from(apiKeys).where(eq(apiKeys.userNo, sql.placeholder('userNo')))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id)).prepare(),
  count: db.select({ keys: sql<number>`count(*)` }).from(apiKeys).where(eq(apiKeys.userNo, sql.placeholder('userNo'))).prepare()
}))

/** Returns a key by its `secretHash`, with its account unless that is disabled. Cached until the next commit. */
export const cachedKey = cachedUntilCommit((db, hash: string): AccountKey | null => statements(db).withAccount.get({ hash }) ?? null)

/** Returns the keys of a user, newest first, expired ones too. There are at most `MAX_KEYS`. */
export function listKeys (db: Db, userNo: number): ApiKey[] {
  return statements(db).ofUser.all({ userNo })
}

/** Counts the keys of a user. */
export function countKeys (db: Db, userNo: number): number {
  return statements(db).count.get({ userNo })?.keys ?? 0
}
