import { randomBytes } from 'node:crypto'
import type { Database } from '../writer/database.js'
import { accountOfLink, badLink, putPasswordLink, setPassword, usePasswordLink } from './password-commands.js'
import { hashPassword } from './password-hash.js'
import { assertGoodPassword } from './password-rules.js'
import { secretHash } from './secret-hash.js'
import { accountByNo, type Account } from './user-queries.js'

/** Lifetime of a password link. */
export const LINK_LIFETIME_MS = 3_600_000

/** A new password for an account. The caller has verified the owner. */
export interface PasswordChange {
  userNo: number
  password: string
  /** The session that stays. Null ends all. */
  exceptSessionId: string | null
  /** The request's field that carries the new password. */
  field: string
}

/**
 * Changes a password and ends all other sessions.
 * @throws {DomainError} INVALID when the password is easy to guess.
 */
export async function changePassword (
  { reader, writer }: Pick<Database, 'reader' | 'writer'>, { userNo, password, exceptSessionId, field }: PasswordChange, now: number
) {
  await assertGoodPassword(password, accountByNo(reader, userNo)?.email ?? null, field)
  await setPassword(writer, { userNo, passwordHash: await hashPassword(password), exceptSessionId, now })
}

/**
 * Creates a link by which the owner of an account sets a new password, once, within `LINK_LIFETIME_MS`. It replaces an
 * earlier link. The token is returned and never stored.
 * @throws {DomainError} NOT_FOUND when the account is gone or disabled.
 */
export async function makePasswordLink ({ writer }: Pick<Database, 'writer'>, userNo: number, now: number) {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = now + LINK_LIFETIME_MS
  await putPasswordLink(writer, { userNo, hash: secretHash(token), expiresAt })
  return { token, expiresAt }
}

/**
 * Sets a new password by a link, ends all sessions of the account, and invalidates the link.
 * @throws {DomainError} UNAUTHENTICATED when the link is not valid, INVALID when the password is easy to guess.
 */
export async function followPasswordLink (
  { reader, writer }: Pick<Database, 'reader' | 'writer'>, { token, password }: { token: string, password: string }, now: number
): Promise<Account> {
  const hash = secretHash(token)
  // The command checks again. This check saves hashing for an unknown link.
  const account = accountOfLink(reader, hash, now)
  if (!account) throw badLink()
  await assertGoodPassword(password, account.email, 'password')
  return usePasswordLink(writer, { hash, passwordHash: await hashPassword(password), now })
}
