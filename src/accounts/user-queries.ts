import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { users } from '../db/schema.js'
import { DomainError } from '../errors.js'

/** The columns of an account. */
export const accountColumns = {
  no: users.no,
  id: users.id,
  email: users.email,
  username: users.username,
  name: users.name,
  role: users.role,
  provider: users.provider,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt
}

/**
 * Someone who may use this server. `no` is internal (`db/keys.ts`); clients know the account by `id`. `email` is null only
 * for accounts whose tokens are signed elsewhere. Times are milliseconds since 1970.
 */
export type Account = Pick<typeof users.$inferSelect, keyof typeof accountColumns>

/** That an account is not deleted, for queries over `users`. Whatever looks for accounts asks for this, or for `isActive`. */
export const isPresent = isNull(users.deletedAt)

/** That an account is neither deleted nor disabled, for queries over `users`. */
export const isActive = and(isPresent, isNull(users.disabledAt))

/** An account as an administrator sees it, disabled or not. */
export type ListedAccount = Account & Pick<typeof users.$inferSelect, 'disabledAt'>

const statements = prepared((db: Db) => {
  const accounts = () => db.select({ ...accountColumns, disabledAt: users.disabledAt }).from(users)
  return {
    byNo: db.select(accountColumns).from(users).where(and(eq(users.no, sql.placeholder('no')), isActive)).prepare(),
    byId: db.select(accountColumns).from(users).where(and(eq(users.id, sql.placeholder('id')), isActive)).prepare(),
    anyById: accounts().where(and(eq(users.id, sql.placeholder('id')), isPresent)).prepare(),
    anyByEmail: accounts().where(and(eq(users.email, sql.placeholder('email')), isPresent)).prepare(),
    passwordByEmail: db.select({ no: users.no, passwordHash: users.passwordHash }).from(users)
      .where(and(eq(users.email, sql.placeholder('email')), isPresent)).prepare(),
    passwordByNo: db.select({ passwordHash: users.passwordHash }).from(users)
      .where(and(eq(users.no, sql.placeholder('no')), isPresent)).prepare(),
    first: db.select({ no: users.no }).from(users).where(isPresent).limit(1).prepare(),
    otherAdmin: db.select({ no: users.no }).from(users)
      .where(and(eq(users.role, 'ADMIN'), isActive, sql`${users.no} <> ${sql.placeholder('no')}`)).limit(1).prepare()
  }
})

/** An e-mail address as it is stored and compared: without surrounding space, in lower case, in Unicode's form C. */
export function emailKey (email: string) {
  return email.normalize('NFC').trim().toLowerCase()
}

/** The account with this id, unless it is disabled. Here and below, a deleted account is none. */
export function accountById (db: Db, id: string): Account | null {
  return statements(db).byId.get({ id }) ?? null
}

/** The account with this number, unless it is disabled. */
export function accountByNo (db: Db, no: number): Account | null {
  return statements(db).byNo.get({ no }) ?? null
}

/**
 * The account with this number, for a command on what it owns.
 * @throws {DomainError} UNAUTHENTICATED when it was deleted or disabled since the request was let in.
 */
export function requireAccount (db: Db, no: number): Account {
  const account = accountByNo(db, no)
  if (!account) throw new DomainError('UNAUTHENTICATED', 'This account is gone')
  return account
}

/** The account with this id, disabled or not. */
export function anyAccountById (db: Db, id: string): ListedAccount | null {
  return statements(db).anyById.get({ id }) ?? null
}

/** The account with this e-mail address, disabled or not. */
export function anyAccountByEmail (db: Db, email: string): ListedAccount | null {
  return statements(db).anyByEmail.get({ email: emailKey(email) }) ?? null
}

/** The account with this e-mail address and the hash of its password; null when there is none. */
export function passwordOfEmail (db: Db, email: string): { no: number, passwordHash: string | null } | null {
  return statements(db).passwordByEmail.get({ email: emailKey(email) }) ?? null
}

/** The hash of an account's password; null when it has none. */
export function passwordOfAccount (db: Db, no: number): string | null {
  return statements(db).passwordByNo.get({ no })?.passwordHash ?? null
}

/** Whether nobody has an account yet. */
export function isUnclaimed (db: Db): boolean {
  return statements(db).first.get() === undefined
}

/** Whether an account other than this one is an administrator who may sign in. */
export function hasOtherAdmin (db: Db, no: number): boolean {
  return statements(db).otherAdmin.get({ no }) !== undefined
}
