import { v7 as uuid } from 'uuid'
import { DomainError } from '../../errors.js'
import type { Database } from '../../writer/database.js'
import { localPart } from '../registration.js'
import type { OpenSession, Sessions } from '../sessions.js'
import { createAccount } from '../user-commands.js'
import { anyAccountByEmail } from '../user-queries.js'

/** A user whom a proxy has signed in. */
export interface ProxyUser { email: string, name: string | undefined }

/** The names of the headers that carry the user. */
export interface ProxyHeaders { email: string, name: string | undefined }

const EMAIL = /^[^\s@,]{1,64}@[^\s@,]{1,189}$/
const MAX_NAME_LENGTH = 80

/**
 * Returns the user in a proxy's headers, or null without an address. The headers are Node's `rawHeaders`: names and
 * values in turn. The caller has checked that the request comes from the proxy.
 * @throws {DomainError} INVALID when a header is repeated or has no address, because it may then not be the proxy's.
 */
export function proxyUser (rawHeaders: string[], names: ProxyHeaders): ProxyUser | null {
  const email = single(rawHeaders, names.email)
  if (!email) return null
  if (!EMAIL.test(email)) throw new DomainError('INVALID', `The header ${names.email} holds no e-mail address`, names.email)
  const name = names.name === undefined ? undefined : single(rawHeaders, names.name)?.replaceAll(/[\p{Cc}\p{Cs}]/gu, '').slice(0, MAX_NAME_LENGTH)
  return { email, name: name || undefined }
}

function single (rawHeaders: string[], name: string): string | undefined {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name.toLowerCase())
  if (values.length > 1) throw new DomainError('INVALID', `The header ${name} comes more than once`, name)
  return values[0]?.trim()
}

/** Dependencies of `signInByProxy`. */
export interface ProxyContext {
  database: Pick<Database, 'reader' | 'writer'>
  sessions: Sessions
  /** Whether an unknown address gets an account. */
  provisions: boolean
}

/**
 * Opens a session for a user whom a proxy has signed in.
 * @throws {DomainError} FORBIDDEN when the address has no account, UNAUTHENTICATED when the account is disabled.
 */
export async function signInByProxy (
  { database: { reader, writer }, sessions, provisions }: ProxyContext, user: ProxyUser, userAgent: string | undefined, now: number
): Promise<OpenSession> {
  if (provisions && !anyAccountByEmail(reader, user.email)) {
    const { email, name = localPart(email) } = user
    await createAccount(writer, {
      id: uuid(), email, username: '', name, passwordHash: null, provider: 'proxy', isOpen: false, isInvited: true, now
    })
  }
  const account = anyAccountByEmail(reader, user.email)
  if (!account) throw new DomainError('FORBIDDEN', 'Your address has no account here; ask an administrator for one')
  return sessions.open(account.no, userAgent, now)
}
