import { randomBytes } from 'node:crypto'
import type { Database } from '../writer/database.js'
import { accountOfLink, badLink, putPasswordLink, setPassword, usePasswordLink } from './password-commands.js'
import { hashPassword } from './password-hash.js'
import { assertGoodPassword } from './password-rules.js'
import { secretHash } from './secret-hash.js'
import { accountByNo, type Account } from './user-queries.js'

/** How long a password link is good. */
export const LINK_LIFETIME_MS = 3_600_000

/** A new password of an account whose owner was made sure of. */
export interface PasswordChange {
  userNo: number
  password: string
  /** The session that stays; null ends all. */
  exceptSessionId: string | null
  /** The request's field that carries the new password. */
  field: string
}

/**
 * Changes a password, and ends all other sessions.
 * @throws {DomainError} INVALID when the password is too easy to guess.
 */
export async function changePassword (
  { reader, writer }: Pick<Database, 'reader' | 'writer'>, { userNo, password, exceptSessionId, field }: PasswordChange, now: number
) {
  await assertGoodPassword(password, accountByNo(reader, userNo)?.email ?? null, field)
  await setPassword(writer, { userNo, passwordHash: await hashPassword(password), exceptSessionId, now })
}

/**
 * Makes a link by which the owner of an account sets a new password, once, within `LINK_LIFETIME_MS`. It replaces an
 * earlier one. The token is returned here and stored nowhere.
 * @throws {DomainError} NOT_FOUND when the account is gone or disabled.
 */
export async function makePasswordLink ({ writer }: Pick<Database, 'writer'>, userNo: number, now: number) {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = now + LINK_LIFETIME_MS
  await putPasswordLink(writer, { userNo, hash: secretHash(token), expiresAt })
  return { token, expiresAt }
}

/**
 * Sets a new password by a link, ends all sessions of the account, and uses the link up.
 * @throws {DomainError} UNAUTHENTICATED when the link is not good, INVALID when the password is too easy to guess.
 */
export async function followPasswordLink (
  { reader, writer }: Pick<Database, 'reader' | 'writer'>, { token, password }: { token: string, password: string }, now: number
): Promise<Account> {
  const hash = secretHash(token)
  // The command decides; this only spares unknown links the cost of hashing.
  const account = accountOfLink(reader, hash, now)
  if (!account) throw badLink()
  await assertGoodPassword(password, account.email, 'password')
  return usePasswordLink(writer, { hash, passwordHash: await hashPassword(password), now })
}
