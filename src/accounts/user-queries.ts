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
 * A user of this server. `no` is internal (`db/keys.ts`). Clients use `id`. `email` is null only for accounts whose
 * tokens another issuer signs. Times are milliseconds since 1970.
 */
export type Account = Pick<typeof users.$inferSelect, keyof typeof accountColumns>

/**
 * The condition that an account is not deleted, for queries over `users`. Each query for accounts uses this or
 * `isActive`.
 */
export const isPresent = isNull(users.deletedAt)

/** The condition that an account is neither deleted nor disabled, for queries over `users`. */
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

/**
 * Returns an e-mail address as it is stored and compared: without surrounding space, in lower case, in Unicode's form C.
 */
export function emailKey (email: string) {
  return email.normalize('NFC').trim().toLowerCase()
}

/**
 * Returns the account with this id, unless it is disabled. Like the functions below, it never returns a deleted account.
 */
export function accountById (db: Db, id: string): Account | null {
  return statements(db).byId.get({ id }) ?? null
}

/** Returns the account with this number, unless it is disabled. */
export function accountByNo (db: Db, no: number): Account | null {
  return statements(db).byNo.get({ no }) ?? null
}

/**
 * Returns the account with this number, for a command on its data.
 * @throws {DomainError} UNAUTHENTICATED when it was deleted or disabled after the request was authenticated.
 */
export function requireAccount (db: Db, no: number): Account {
  const account = accountByNo(db, no)
  if (!account) throw new DomainError('UNAUTHENTICATED', 'This account is gone')
  return account
}

/** Returns the account with this id, disabled or not. */
export function anyAccountById (db: Db, id: string): ListedAccount | null {
  return statements(db).anyById.get({ id }) ?? null
}

/** Returns the account with this e-mail address, disabled or not. */
export function anyAccountByEmail (db: Db, email: string): ListedAccount | null {
  return statements(db).anyByEmail.get({ email: emailKey(email) }) ?? null
}

/** Returns the number and the password hash of the account with this e-mail address. Null when there is none. */
export function passwordOfEmail (db: Db, email: string): { no: number, passwordHash: string | null } | null {
  return statements(db).passwordByEmail.get({ email: emailKey(email) }) ?? null
}

/** Returns the hash of an account's password. Null when it has none. */
export function passwordOfAccount (db: Db, no: number): string | null {
  return statements(db).passwordByNo.get({ no })?.passwordHash ?? null
}

/** Whether no account exists yet. */
export function isUnclaimed (db: Db): boolean {
  return statements(db).first.get() === undefined
}

/** Whether another account is an administrator that can sign in. */
export function hasOtherAdmin (db: Db, no: number): boolean {
  return statements(db).otherAdmin.get({ no }) !== undefined
}
