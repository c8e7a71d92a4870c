import { v7 as uuid } from 'uuid'
import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import { hashPassword } from './password-hash.js'
import { assertGoodPassword } from './password-rules.js'
import { registrationOpen } from './registration-state.js'
import { createAccount } from './user-commands.js'

/** What somebody fills in to register. */
export interface Registration {
  email: string
  password: string
  confirm_password?: string
  name?: string
  username?: string
}

/**
 * Creates an account, or leaves everything as it is when the address has one: the caller must not learn which.
 * @throws {DomainError} FORBIDDEN while registration is closed; INVALID when the passwords differ or are easy to guess.
 */
export async function register (
  { reader, writer }: Pick<Database, 'reader' | 'writer'>,
  { email, password, confirm_password: confirmed = password, name, username }: Registration,
  { isAllowed, now }: { isAllowed: boolean, now: number }
) {
  if (confirmed !== password) throw new DomainError('INVALID', 'The passwords differ', 'confirm_password')
  // The command decides; this only spares a closed server the cost of hashing.
  if (!registrationOpen(reader, isAllowed)) throw new DomainError('FORBIDDEN', 'Registration is closed')
  await assertGoodPassword(password, email, 'password')
  await createAccount(writer, {
    id: uuid(),
    email,
    username: username ?? '',
    name: name ?? localPart(email),
    passwordHash: await hashPassword(password),
    isOpen: isAllowed,
    now
  })
}

/** What stands before the @ of an e-mail address. */
export function localPart (email: string) {
  return email.split('@')[0] ?? ''
}
