import { randomUUID } from 'node:crypto'
import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import { newRefreshToken, successorsOf } from './refresh-tokens.js'
import { secretHash } from './secret-hash.js'
import { createSession, endSessionOfToken, rotateRefreshToken } from './session-commands.js'
import { shortUserAgent } from './user-agent.js'
import type { Account } from './user-queries.js'

/**
 * The session of a browser that signed in or refreshed. `refreshToken` is valid until `expiresAt`, in milliseconds since
 * 1970.
 */
export interface OpenSession {
  account: Account
  sessionId: string
  refreshToken: string
  expiresAt: number
}

/** Dependencies of the sessions. */
export interface SessionOptions {
  database: Pick<Database, 'writer'>
  /** The secret that refresh tokens are derived with. */
  secret: string
  /** Lifetime of a session after its last use. */
  lifetimeMs: number
}

/** Opens, refreshes and ends sessions. Times are milliseconds since 1970. */
export function createSessions ({ database: { writer }, secret, lifetimeMs }: SessionOptions) {
  return {
    /**
     * Opens a session of an account. The caller has checked the credentials.
     * @throws {DomainError} UNAUTHENTICATED when the account is gone or disabled.
     */
    async open (userNo: number, userAgent: string | undefined, now: number): Promise<OpenSession> {
      const refreshToken = newRefreshToken()
      const sessionId = randomUUID()
      const expiresAt = now + lifetimeMs
      const account = await createSession(writer, {
        id: sessionId, userNo, tokenHash: secretHash(refreshToken), userAgent: shortUserAgent(userAgent), now, expiresAt
      })
      return { account, sessionId, refreshToken, expiresAt }
    },

    /**
     * Exchanges a refresh token for the next one.
     * @throws {DomainError} UNAUTHENTICATED when the token is missing or not valid.
     */
    async refresh (token: string | undefined, now: number): Promise<OpenSession> {
      const successors = token === undefined ? [] : successorsOf(token, secret)
      const rotated = token === undefined
        ? null
        : await rotateRefreshToken(writer, { hash: secretHash(token), successorHashes: successors.map(secretHash), now, lifetimeMs })
      const refreshToken = rotated && successors[rotated.successor]
      if (!rotated || !refreshToken) throw new DomainError('UNAUTHENTICATED', 'There is no session; sign in again')
      return { ...rotated, refreshToken }
    },

    /** Ends the session of a refresh token. A token that is not valid is no error. */
    async end (token: string | undefined) {
      if (token !== undefined) await endSessionOfToken(writer, { hash: secretHash(token) })
    }
  }
}

/** What `createSessions` returns. */
export type Sessions = ReturnType<typeof createSessions>
