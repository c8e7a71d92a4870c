import { randomUUID } from 'node:crypto'
import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import { verifyPassword } from './passwords.js'
import { type Account, credentialsOf } from './queries.js'
import { createSession, endSession, rotateRefreshToken } from './session-commands.js'
import { newRefreshToken, refreshTokenHash } from './tokens.js'

/** What somebody who signed in gets: a refresh token that is good until `expiresAt`, and access tokens for `account`. */
export interface Session {
  account: Account
  refreshToken: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/**
 * Checks a password and opens a session that lasts `lifetime` milliseconds.
 * @throws {DomainError} UNAUTHENTICATED, the same whether it is the address or the password that is wrong.
 */
export async function signIn (
  { reader, writer }: Database,
  { email, password }: { email: string, password: string },
  { now, lifetime }: { now: number, lifetime: number }
): Promise<Session> {
  const known = credentialsOf(reader, email)
  const matches = await verifyPassword(known?.passwordHash ?? null, password)
  if (!known || !matches) throw new DomainError('UNAUTHENTICATED', 'E-mail address or password is wrong')

  const refreshToken = newRefreshToken()
  const expiresAt = now + lifetime
  const account = await createSession(writer, {
    id: randomUUID(), userNo: known.no, tokenHash: refreshTokenHash(refreshToken), now, expiresAt
  })
  return { account, refreshToken, expiresAt }
}

/**
 * Exchanges a refresh token for the next one.
 * @throws {DomainError} UNAUTHENTICATED when there is none, or it is no longer good.
 */
export async function renewSession ({ writer }: Database, token: string | undefined, now: number): Promise<Session> {
  const refreshToken = newRefreshToken()
  const renewed = token === undefined
    ? null
    : await rotateRefreshToken(writer, { hash: refreshTokenHash(token), nextHash: refreshTokenHash(refreshToken), now })
  if (!renewed) throw new DomainError('UNAUTHENTICATED', 'There is no session; sign in again')
  return { ...renewed, refreshToken }
}

/** Ends the session a refresh token belongs to; one that is no longer good is no fault here. */
export async function signOut ({ writer }: Database, token: string | undefined) {
  if (token !== undefined) await endSession(writer, { hash: refreshTokenHash(token) })
}
