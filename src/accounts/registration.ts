import { v7 as uuid } from 'uuid'
import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import { hashPassword } from './password-hash.js'
import { assertGoodPassword } from './password-rules.js'
import { registrationOpen } from './registration-state.js'
import { createAccount } from './user-commands.js'

/** The fields of the registration form. */
export interface Registration {
  email: string
  password: string
  confirm_password?: string
  name?: string
  username?: string
}

/**
 * Creates an account. Does nothing when the address has one, because the caller must not learn which addresses have
 * accounts.
 * @throws {DomainError} FORBIDDEN while registration is closed; INVALID when the passwords differ or are easy to guess.
 */
export async function register (
  { reader, writer }: Pick<Database, 'reader' | 'writer'>,
  { email, password, confirm_password: confirmed = password, name, username }: Registration,
  { isAllowed, now }: { isAllowed: boolean, now: number }
) {
  if (confirmed !== password) throw new DomainError('INVALID', 'The passwords differ', 'confirm_password')
  // The command checks again. This check saves hashing while registration is closed.
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

/** Returns the part of an e-mail address before the @. */
export function localPart (email: string) {
  return email.split('@')[0] ?? ''
}
