import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { cachedUntilCommit } from '../db/cached-until-commit.js'

/** Someone who may use this server. `no` is internal (`db/keys.ts`); clients know the account by `id`. */
export interface Account {
  no: number
  id: string
  /** Null only for accounts whose tokens are signed elsewhere. */
  email: string | null
  username: string
  name: string
  role: 'USER' | 'ADMIN'
  provider: string
  /** Milliseconds since 1970. */
  createdAt: number
  updatedAt: number
}

const columns = 'no, id, email, username, name, role, provider, created_at AS createdAt, updated_at AS updatedAt'

const statements = prepared(({ $client: sqlite }: Db) => ({
  byId: sqlite.prepare<[string], Account>(`SELECT ${columns} FROM users WHERE id = ? AND disabled_at IS NULL`),
  byNo: sqlite.prepare<[number], Account>(`SELECT ${columns} FROM users WHERE no = ? AND disabled_at IS NULL`),
  byEmail: sqlite.prepare<[string], Account & { isDisabled: 0 | 1 }>(
    `SELECT ${columns}, disabled_at IS NOT NULL AS isDisabled FROM users WHERE email = ?`),
  credentials: sqlite.prepare<[string], { no: number, passwordHash: string | null }>(
    'SELECT no, password_hash AS passwordHash FROM users WHERE email = ?'),
  all: sqlite.prepare<[], Account & { isDisabled: 0 | 1 }>(
    `SELECT ${columns}, disabled_at IS NOT NULL AS isDisabled FROM users ORDER BY no`),
  any: sqlite.prepare<[], number>('SELECT 1 FROM users LIMIT 1').pluck()
}))

/** An e-mail address as it is stored and compared: its case and surrounding space do not tell people apart. */
export function emailKey (email: string) {
  return email.normalize('NFC').trim().toLowerCase()
}

/** The account with this id, unless it is disabled. */
export function accountById (db: Db, id: string): Account | null {
  return statements(db).byId.get(id) ?? null
}

/** The same, remembered until something is committed: whoever is removed or disabled is out at once. */
export const cachedAccount = cachedUntilCommit(accountById)

/** The account with this number, unless it is disabled. */
export function accountByNo (db: Db, no: number): Account | null {
  return statements(db).byNo.get(no) ?? null
}

/** An account as its administrator sees it, disabled or not. */
export interface ListedAccount extends Account { isDisabled: boolean }

/** The account with this address, disabled or not. */
export function accountByEmail (db: Db, email: string): ListedAccount | null {
  const row = statements(db).byEmail.get(emailKey(email))
  return row ? { ...row, isDisabled: row.isDisabled === 1 } : null
}

/** Every account, oldest first. */
export function listAccounts (db: Db): ListedAccount[] {
  return statements(db).all.all().map((row) => ({ ...row, isDisabled: row.isDisabled === 1 }))
}

/** What a password given for this address is checked against. */
export function credentialsOf (db: Db, email: string): { no: number, passwordHash: string | null } | null {
  return statements(db).credentials.get(emailKey(email)) ?? null
}

/** Whether nobody has an account yet. */
export function isUnclaimed (db: Db): boolean {
  return statements(db).any.get() === undefined
}

/** Whether somebody can register now: the first always can, others when the settings allow it. */
export function registrationOpen (db: Db, isAllowed: boolean): boolean {
  return isAllowed || isUnclaimed(db)
}
