import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import type { GuessLimit } from './guess-limit.js'
import type { BrowserMarks } from './known-browsers.js'
import { verifyPassword } from './password-hash.js'
import type { OpenSession, Sessions } from './sessions.js'
import { accountByNo, emailKey, passwordOfAccount, passwordOfEmail } from './user-queries.js'

/** What checking passwords depends on. */
export interface PasswordContext {
  database: Pick<Database, 'reader'>
  guesses: GuessLimit
  marks: BrowserMarks
}

/** What somebody who signs in sends; the mark is that of the browser, if it has one. */
export interface Credentials { email: string, password: string, browserMark: string | undefined, userAgent: string | undefined }

/**
 * Checks a password and opens a session.
 * @throws {DomainError} UNAUTHENTICATED, the same whether it is the address or the password that is wrong;
 * TOO_MANY_REQUESTS when too many guess at this account.
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

/** How long after signing in nobody is asked for the password again. */
const RECENT_MS = 5 * 60_000

/** How somebody who is signed in shows once more that they own the account. */
export interface Proof {
  userNo: number
  password: string | undefined
  /** When the session began; null when there is none. */
  signedInAt: number | null
  /** The field that carries the password. */
  field: string
}

/**
 * Makes sure that somebody owns the account they are signed in to, before something that a stolen token must not do: by
 * the password, or by a session that is younger than five minutes. An account without a password needs such a session.
 * @throws {DomainError} FORBIDDEN otherwise, TOO_MANY_REQUESTS when too many guess at this account.
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
