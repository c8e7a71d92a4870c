import { v7 as uuid } from 'uuid'
import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import { createAccount } from './commands.js'
import { hashPassword } from './passwords.js'
import { registrationOpen } from './queries.js'

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
 * @throws {DomainError} FORBIDDEN unless `isAllowed` or there is no account yet; INVALID when the passwords differ.
 */
export async function register (
  { reader, writer }: Database,
  { email, password, confirm_password: confirmed = password, name, username }: Registration,
  { isAllowed, now }: { isAllowed: boolean, now: number }
) {
  if (confirmed !== password) throw new DomainError('INVALID', 'The passwords differ', 'confirm_password')
  // The command decides; this only spares a closed server the cost of hashing.
  if (!registrationOpen(reader, isAllowed)) throw new DomainError('FORBIDDEN', 'Registration is closed')
  const [localPart = ''] = email.split('@')
  await createAccount(writer, {
    id: uuid(),
    email,
    username: username ?? '',
    name: name ?? localPart,
    passwordHash: await hashPassword(password),
    isOpen: isAllowed,
    now
  })
}
