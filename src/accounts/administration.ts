import { and, asc, gt, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { users } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { decodeCursor, encodeCursor, listFingerprint } from '../paging/cursor.js'
import { liveConversations, type Usage } from './usage.js'
import { accountColumns, anyAccountByEmail, anyAccountById, isPresent, type ListedAccount } from './user-queries.js'

const statements = prepared((db: Db) => ({
  page: db.select({
    ...accountColumns, disabledAt: users.disabledAt, conversations: liveConversations, bytes: users.storedBytes
  }).from(users).where(and(gt(users.no, sql.placeholder('after')), isPresent)).orderBy(asc(users.no)).limit(sql.placeholder('limit')).prepare()
}))

/** A page of accounts. `nextCursor` is null on the last page. */
export interface UserPage { users: Array<ListedAccount & Usage>, nextCursor: string | null }

const fingerprint = listFingerprint('users')

/**
 * Returns accounts in the order of their creation, disabled ones too, with the usage of each.
 * @throws {DomainError} INVALID_CURSOR.
 */
export function listUsers (db: Db, { limit, cursor }: { limit: number, cursor?: string | undefined }): UserPage {
  const after = cursor === undefined ? 0 : decodeCursor(cursor, fingerprint, 'number').pk
  const rows = statements(db).page.all({ after, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { users: page, nextCursor: last ? encodeCursor(fingerprint, { key: last.no, pk: last.no }) : null }
}

/**
 * Returns the account with an id or an e-mail address, disabled or not.
 * @throws {DomainError} NOT_FOUND.
 */
export function findUser (db: Db, idOrEmail: string): ListedAccount {
  const account = anyAccountById(db, idOrEmail) ?? anyAccountByEmail(db, idOrEmail)
  if (!account) throw new DomainError('NOT_FOUND', 'User not found')
  return account
}
