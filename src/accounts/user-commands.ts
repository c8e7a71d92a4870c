import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { MAX_USERS } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { users } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { registrationOpen } from './registration-state.js'
import { endOtherSessions } from './session-commands.js'
import { type Account, accountByNo, anyAccountByEmail, anyAccountById, emailKey, hasOtherAdmin, isPresent, isUnclaimed, requireAccount } from './user-queries.js'

const set = (column: string) => sql`${sql.placeholder(column)}`

const statements = prepared((db: Db) => {
  const change = (values: Partial<Record<keyof typeof users.$inferInsert, ReturnType<typeof set>>>) =>
    db.update(users).set({ ...values, updatedAt: set('now') }).where(and(eq(users.no, sql.placeholder('no')), isPresent)).prepare()
  return {
    insert: db.insert(users).values({
      id: sql.placeholder('id'),
      email: sql.placeholder('email'),
      username: sql.placeholder('username'),
      name: sql.placeholder('name'),
      passwordHash: sql.placeholder('passwordHash'),
      provider: sql.placeholder('provider'),
      role: sql.placeholder('role'),
      createdAt: sql.placeholder('now'),
      updatedAt: sql.placeholder('now')
    }).onConflictDoNothing().returning({ no: users.no }).prepare(),
    setProfile: change({ name: set('name'), username: set('username'), email: set('email') }),
    setRole: change({ role: set('role') }),
    setDisabled: change({ disabledAt: set('disabledAt') }),
    // SQLite keeps the highest number of each AUTOINCREMENT column in the table `sqlite_sequence`.
    highest: db.select({ no: sql<number>`coalesce(max(seq), 0)` }).from(sql`sqlite_sequence`).where(sql`name = 'users'`).prepare()
  }
})

/** The request for a new account. */
export interface NewAccount {
  id: string
  email: string
  username: string
  name: string
  passwordHash: string | null
  provider?: string
}

/**
 * Creates an account. The first account becomes an administrator. `isOpen` is the environment's setting for
 * registration, which an administrator's decision overrides. `isInvited` skips both, for the command line and for users
 * whom a proxy signed in. Returns null and changes nothing when the id or the address is taken.
 * @throws {DomainError} FORBIDDEN when registration is closed.
 */
export const createAccount = defineCommand({
  name: 'createAccount',
  kind: 'short',
  run (db, { isOpen, isInvited = false, ...account }: NewAccount & { isOpen: boolean, isInvited?: boolean, now: number }): Account | null {
    if (!isInvited && !registrationOpen(db, isOpen)) throw new DomainError('FORBIDDEN', 'Registration is closed')
    assertRoom(db)
    const role: Account['role'] = isUnclaimed(db) ? 'ADMIN' : 'USER'
    const created = statements(db).insert.get({ provider: 'local', ...account, email: emailKey(account.email), role })
    return created ? accountByNo(db, created.no) : null
  }
})

/** The account of a token that another issuer signed. */
export interface ProvisionedAccount { id: string, email: string | null, username: string, provider: string, now: number }

/**
 * Creates the account of a token that another issuer signed, unless its id is known. The address of another account is
 * left out, because it must not merge the two accounts.
 */
export const provisionAccount = defineCommand({
  name: 'provisionAccount',
  kind: 'short',
  run (db, { email, ...account }: ProvisionedAccount) {
    if (anyAccountById(db, account.id)) return
    assertRoom(db)
    const isFree = email !== null && !anyAccountByEmail(db, email)
    statements(db).insert.get({
      ...account, email: isFree ? emailKey(email) : null, name: account.username, passwordHash: null, role: 'USER'
    })
  }
})

/** A change of the profile. Absent fields stay. */
export interface ProfileChange { name?: string | undefined, username?: string | undefined, email?: string | undefined }

/**
 * Changes names and e-mail address, and returns the account.
 * @throws {DomainError} CONFLICT when another account has the address, UNAUTHENTICATED when the account is gone.
 */
export const changeProfile = defineCommand({
  name: 'changeProfile',
  kind: 'short',
  run (db, { userNo, now, ...change }: ProfileChange & { userNo: number, now: number }): Account {
    const account = requireAccount(db, userNo)
    const email = change.email === undefined ? account.email : emailKey(change.email)
    const holder = email === null ? null : anyAccountByEmail(db, email)
    if (holder && holder.no !== userNo) throw new DomainError('CONFLICT', 'Another account has this e-mail address', 'email')
    const { name = account.name, username = account.username } = change
    statements(db).setProfile.run({ no: userNo, now, name, username, email })
    return { ...account, name, username, email, updatedAt: now }
  }
})

/** A change of what an account may do. Absent fields stay. */
export interface AccessChange { role?: Account['role'] | undefined, isDisabled?: boolean | undefined }

/**
 * Changes the role of an account, disables it or enables it again. Disabling ends its sessions; its data stays.
 * @throws {DomainError} CONFLICT when no administrator would be left. Nothing is changed then.
 */
export const changeAccess = defineCommand({
  name: 'changeAccess',
  kind: 'short',
  grows: false,
  run (db, { userNo, role, isDisabled, now }: AccessChange & { userNo: number, now: number }) {
    if (role === 'USER' || isDisabled) assertOtherAdmin(db, userNo)
    if (role !== undefined) statements(db).setRole.run({ no: userNo, role, now })
    if (isDisabled !== undefined) statements(db).setDisabled.run({ no: userNo, disabledAt: isDisabled ? now : null, now })
    if (isDisabled) endOtherSessions.run(db, { userNo, exceptId: null })
  }
})

function assertRoom (db: Db) {
  const highest = statements(db).highest.get()?.no ?? 0
  if (highest >= MAX_USERS) throw new DomainError('LIMIT_REACHED', 'This server has no room for another account')
}

/**
 * Checks that another administrator can sign in, if this account is one.
 * @throws {DomainError} CONFLICT.
 */
export function assertOtherAdmin (db: Db, userNo: number) {
  if (accountByNo(db, userNo)?.role !== 'ADMIN' || hasOtherAdmin(db, userNo)) return
  throw new DomainError('CONFLICT', 'This is the only administrator. Make another account an administrator first, in the settings of the page or with: parley user role EMAIL admin')
}

/** Commands that create and change accounts. */
export const userCommands = [createAccount, provisionAccount, changeProfile, changeAccess]
