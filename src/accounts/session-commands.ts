import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { type Account, accountByNo } from './queries.js'

interface TokenRow { sessionId: string, spentAt: number | null, userNo: number, expiresAt: number }

const statements = prepared(({ $client: sqlite }: Db) => ({
  insertSession: sqlite.prepare<[{ id: string, userNo: number, now: number, expiresAt: number }]>(
    'INSERT INTO sessions (id, user_no, created_at, expires_at) VALUES (:id, :userNo, :now, :expiresAt)'),
  insertToken: sqlite.prepare<[string, string]>('INSERT INTO refresh_tokens (hash, session_id) VALUES (?, ?)'),
  token: sqlite.prepare<[string], TokenRow>(
    `SELECT session_id AS sessionId, spent_at AS spentAt, user_no AS userNo, expires_at AS expiresAt
     FROM refresh_tokens JOIN sessions ON sessions.id = session_id WHERE hash = ?`),
  spend: sqlite.prepare<[number, string]>('UPDATE refresh_tokens SET spent_at = ? WHERE hash = ?'),
  removeSession: sqlite.prepare<[string]>('DELETE FROM sessions WHERE id = ?'),
  removeExpired: sqlite.prepare<[number]>('DELETE FROM sessions WHERE expires_at <= ?')
}))

/**
 * Opens a session with its first refresh token, and clears away everybody's sessions that are over.
 * @throws {DomainError} UNAUTHENTICATED when the account was removed or disabled since its password was checked.
 */
export const createSession = defineCommand({
  name: 'createSession',
  kind: 'short',
  run (db, input: { id: string, userNo: number, tokenHash: string, now: number, expiresAt: number }): Account {
    const { tokenHash, ...session } = input
    const account = accountByNo(db, session.userNo)
    if (!account) throw new DomainError('UNAUTHENTICATED', 'This account is gone')
    statements(db).removeExpired.run(session.now)
    statements(db).insertSession.run(session)
    statements(db).insertToken.run(tokenHash, session.id)
    return account
  }
})

/**
 * Spends a refresh token and puts the next one in its place; the session ends when it would have ended before.
 * Null when the token is unknown, expired or spent. One that is spent already has been copied, and whoever holds
 * its successor may be the thief, so its whole session ends (RFC 9700, section 4.14.2).
 */
export const rotateRefreshToken = defineCommand({
  name: 'rotateRefreshToken',
  kind: 'short',
  run (db, input: { hash: string, nextHash: string, now: number }): { account: Account, expiresAt: number } | null {
    const { hash, nextHash, now } = input
    const token = statements(db).token.get(hash)
    if (!token) return null
    const account = accountByNo(db, token.userNo)
    if (token.spentAt !== null || token.expiresAt <= now || !account) {
      // Returned, not thrown: an error would undo this.
      statements(db).removeSession.run(token.sessionId)
      return null
    }
    statements(db).spend.run(now, hash)
    statements(db).insertToken.run(nextHash, token.sessionId)
    return { account, expiresAt: token.expiresAt }
  }
})

/** Ends the session that a refresh token, spent or not, belongs to. */
export const endSession = defineCommand({
  name: 'endSession',
  kind: 'short',
  run (db, { hash }: { hash: string }) {
    const token = statements(db).token.get(hash)
    if (token) statements(db).removeSession.run(token.sessionId)
  }
})

/** Commands about sign-ins; tokens appear here only as the hashes `tokens.ts` makes. */
export const sessionCommands = [createSession, rotateRefreshToken, endSession]
