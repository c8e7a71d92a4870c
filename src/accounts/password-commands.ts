import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { passwordLinks, users } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { endOtherSessions } from './session-commands.js'
import { accountByNo, isPresent, type Account } from './user-queries.js'

const statements = prepared((db: Db) => ({
  setPassword: db.update(users).set({ passwordHash: sql`${sql.placeholder('passwordHash')}`, updatedAt: sql`${sql.placeholder('now')}` })
    .where(and(eq(users.no, sql.placeholder('no')), isPresent)).prepare(),
  putLink: db.insert(passwordLinks)
    .values({ userNo: sql.placeholder('userNo'), hash: sql.placeholder('hash'), expiresAt: sql.placeholder('expiresAt') })
    .onConflictDoUpdate({ target: passwordLinks.userNo, set: { hash: sql`excluded.hash`, expiresAt: sql`excluded.expires_at` } }).prepare(),
  removeLink: db.delete(passwordLinks).where(eq(passwordLinks.userNo, sql.placeholder('userNo'))).prepare(),
  link: db.select({ userNo: passwordLinks.userNo, expiresAt: passwordLinks.expiresAt }).from(passwordLinks)
    .where(eq(passwordLinks.hash, sql.placeholder('hash'))).prepare()
}))

/** Returns the account of a link. Null when the link is unknown, used or expired, or its account disabled. */
export function accountOfLink (db: Db, hash: string, now: number): Account | null {
  const link = statements(db).link.get({ hash })
  return link && link.expiresAt > now ? accountByNo(db, link.userNo) : null
}

/**
 * Changes a password, ends every session but the named one, and invalidates a password link. Null ends all sessions.
 * @throws {DomainError} UNAUTHENTICATED when the account is gone.
 */
export const setPassword = defineCommand({
  name: 'setPassword',
  kind: 'short',
  grows: false,
  run (db, input: { userNo: number, passwordHash: string, exceptSessionId: string | null, now: number }) {
    const { userNo, passwordHash, exceptSessionId, now } = input
    const isSet = statements(db).setPassword.run({ no: userNo, passwordHash, now }).changes > 0
    if (!isSet) throw new DomainError('UNAUTHENTICATED', 'This account is gone')
    statements(db).removeLink.run({ userNo })
    endOtherSessions.run(db, { userNo, exceptId: exceptSessionId })
  }
})

/**
 * Stores a password link of an account and replaces an earlier one.
 * @throws {DomainError} NOT_FOUND when the account is gone or disabled.
 */
export const putPasswordLink = defineCommand({
  name: 'putPasswordLink',
  kind: 'short',
  run (db, link: { userNo: number, hash: string, expiresAt: number }) {
    if (!accountByNo(db, link.userNo)) throw new DomainError('NOT_FOUND', 'User not found')
    statements(db).putLink.run(link)
  }
})

/**
 * Changes the password of a link's account, ends its sessions, and invalidates the link.
 * @throws {DomainError} UNAUTHENTICATED when the link is not valid.
 */
export const usePasswordLink = defineCommand({
  name: 'usePasswordLink',
  kind: 'short',
  grows: false,
  run (db, { hash, passwordHash, now }: { hash: string, passwordHash: string, now: number }): Account {
    const account = accountOfLink(db, hash, now)
    if (!account) throw badLink()
    setPassword.run(db, { userNo: account.no, passwordHash, exceptSessionId: null, now })
    return account
  }
})

/** Returns the error for a link that is unknown, used or expired. */
export function badLink () {
  return new DomainError('UNAUTHENTICATED', 'This link was used or has expired; ask for a new one', 'token')
}

/** Commands about passwords. */
export const passwordCommands = [setPassword, putPasswordLink, usePasswordLink]
