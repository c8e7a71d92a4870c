import { dropAll, type Removal } from '../conversations/commands.js'
import type { Db } from '../db/connection.js'
import { MAX_USERS } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { type Account, accountByNo, emailKey, isUnclaimed, registrationOpen } from './queries.js'
import { sessionCommands } from './session-commands.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  insert: sqlite.prepare<[InsertRow], number>(
    `INSERT INTO users (id, email, username, name, password_hash, role, created_at, updated_at)
     VALUES (:id, :email, :username, :name, :passwordHash, :role, :now, :now)
     ON CONFLICT DO NOTHING RETURNING no`).pluck(),
  provision: sqlite.prepare<[ProvisionRow]>(
    `INSERT INTO users (id, email, username, name, provider, created_at, updated_at)
     VALUES (:id, (SELECT :email WHERE NOT EXISTS (SELECT 1 FROM users WHERE email = :email)),
       :username, :username, :provider, :now, :now)
     ON CONFLICT DO NOTHING`),
  highest: sqlite.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = \'users\'').pluck(),
  setPassword: sqlite.prepare<[string, number, number]>('UPDATE users SET password_hash = ?, updated_at = ? WHERE no = ?'),
  setDisabled: sqlite.prepare<[number | null, number, number]>('UPDATE users SET disabled_at = ?, updated_at = ? WHERE no = ?'),
  endSessions: sqlite.prepare<[number]>('DELETE FROM sessions WHERE user_no = ?'),
  remove: sqlite.prepare<[number]>('DELETE FROM users WHERE no = ?')
}))

interface InsertRow {
  id: string, email: string, username: string, name: string, passwordHash: string | null, role: Account['role'], now: number
}
interface ProvisionRow { id: string, email: string | null, username: string, provider: string, now: number }

/** A new account as it is asked for. */
export interface NewAccount {
  id: string
  email: string
  username: string
  name: string
  passwordHash: string | null
}

/**
 * Creates an account; the very first becomes the administrator. `isOpen` says whether there may be others.
 * Null, and nothing done, when the id or the address is taken.
 * @throws {DomainError} FORBIDDEN when registration is closed.
 */
export const createAccount = defineCommand({
  name: 'createAccount',
  kind: 'short',
  run (db, input: NewAccount & { isOpen: boolean, now: number }): Account | null {
    if (!registrationOpen(db, input.isOpen)) throw new DomainError('FORBIDDEN', 'Registration is closed')
    assertRoom(db)
    const { isOpen, ...account } = input
    const role = isUnclaimed(db) ? 'ADMIN' : 'USER'
    const no = statements(db).insert.get({ ...account, email: emailKey(input.email), role })
    return no === undefined ? null : accountByNo(db, no)
  }
})

/**
 * Creates the account of a token that was signed elsewhere, unless its id is known. An address that belongs to
 * somebody here is left out: it must not make the two one.
 */
export const provisionAccount = defineCommand({
  name: 'provisionAccount',
  kind: 'short',
  run (db, input: ProvisionRow) {
    assertRoom(db)
    statements(db).provision.run({ ...input, email: input.email === null ? null : emailKey(input.email) })
  }
})

/** Changes a password and ends every session that the old one opened. */
export const setPassword = defineCommand({
  name: 'setPassword',
  kind: 'short',
  run (db, { userNo, passwordHash, now }: { userNo: number, passwordHash: string, now: number }) {
    statements(db).setPassword.run(passwordHash, now, userNo)
    statements(db).endSessions.run(userNo)
  }
})

/** Shuts an account out, or lets it in again; its data stays. */
export const setAccountDisabled = defineCommand({
  name: 'setAccountDisabled',
  kind: 'short',
  run (db, { userNo, isDisabled, now }: { userNo: number, isDisabled: boolean, now: number }) {
    statements(db).setDisabled.run(isDisabled ? now : null, now, userNo)
    if (isDisabled) statements(db).endSessions.run(userNo)
  }
})

/** Removes an account with all it owns; rows of conversations are swept later (`conversations/sweep.ts`). */
export const deleteAccount = defineCommand({
  name: 'deleteAccount',
  kind: 'short',
  run (db, { userNo }: { userNo: number }): Removal {
    const removed = dropAll(db, userNo)
    statements(db).remove.run(userNo)
    return removed
  }
})

function assertRoom (db: Db) {
  const highest = statements(db).highest.get() ?? 0
  if (highest >= MAX_USERS) throw new DomainError('LIMIT_REACHED', 'This server has no room for another account')
}

/** Commands that create, change and remove accounts and their sessions. */
export const accountCommands = [createAccount, provisionAccount, setPassword, setAccountDisabled, deleteAccount, ...sessionCommands]
