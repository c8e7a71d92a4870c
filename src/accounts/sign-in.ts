import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import type { GuessLimit } from './guess-limit.js'
import type { BrowserMarks } from './known-browsers.js'
import { verifyPassword } from './password-hash.js'
import type { OpenSession, Sessions } from './sessions.js'
import { accountByNo, emailKey, passwordOfAccount, passwordOfEmail } from './user-queries.js'

/** Dependencies of password checks. */
export interface PasswordContext {
  database: Pick<Database, 'reader'>
  guesses: GuessLimit
  marks: BrowserMarks
}

/** The input of a sign-in. `browserMark` is the browser's mark, if it has one. */
export interface Credentials { email: string, password: string, browserMark: string | undefined, userAgent: string | undefined }

/**
 * Checks a password and opens a session.
 * @throws {DomainError} UNAUTHENTICATED, the same for a wrong address and a wrong password; TOO_MANY_REQUESTS during too
 * many guesses at this account.
 */
export async function signIn (
  context: PasswordContext & { sessions: Sessions }, { email, password, browserMark, userAgent }: Credentials, now: number
): Promise<OpenSession> {
  const { database: { reader }, guesses, marks, sessions } = context
  const known = passwordOfEmail(reader, email)
  const account = known && accountByNo(reader, known.no)
  const isKnownBrowser = account !== null && browserMark !== undefined && marks.isMarkOf(account.id, browserMark)
  const subject = `${emailKey(email)} ${isKnownBrowser ? browserMark : ''}`
  const isRight = await guesses.attempt(subject, now, () => verifyPassword(known?.passwordHash ?? null, password))
  if (!known || !isRight) throw new DomainError('UNAUTHENTICATED', 'E-mail address or password is wrong')
  return sessions.open(known.no, userAgent, now)
}

/** Time after signing in during which the password is not required again. */
const RECENT_MS = 5 * 60_000

/** The proof that a signed-in user owns the account. */
export interface Proof {
  userNo: number
  password: string | undefined
  /** When the session began. Null without a session. */
  signedInAt: number | null
  /** The field that carries the password. */
  field: string
}

/**
 * Checks that a signed-in user owns the account, before an action that a stolen token must not allow. The proof is the
 * password, or a session younger than five minutes. An account without a password needs such a session.
 * @throws {DomainError} FORBIDDEN without the proof, TOO_MANY_REQUESTS during too many guesses at this account.
 */
export async function assertOwner ({ database: { reader }, guesses }: PasswordContext, proof: Proof, now: number) {
  const { userNo, password, signedInAt, field } = proof
  if (password === undefined) {
    if (signedInAt !== null && now - signedInAt < RECENT_MS) return
    throw new DomainError('FORBIDDEN', 'Send your password, or sign in again and repeat this within five minutes', field)
  }
  const isRight = await guesses.attempt(`account ${userNo}`, now, () => verifyPassword(passwordOfAccount(reader, userNo), password))
  if (!isRight) throw new DomainError('FORBIDDEN', 'The password is wrong', field)
}
