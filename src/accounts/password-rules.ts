import { DomainError } from '../errors.js'
import { emailKey } from './user-queries.js'

/** Lengths of a password in UTF-16 units, as JSON Schema counts them for ASCII. */
export const MIN_PASSWORD_LENGTH = 8
export const MAX_PASSWORD_LENGTH = 128

/** How many of the list's passwords are refused; it is sorted by how often they occur in leaks. */
const COMMON_PASSWORDS = 10_000

let common: Promise<ReadonlySet<string>> | undefined

/** Loaded when it is first needed, as unpacking the list takes 50 ms and some megabytes. */
async function loadCommon (): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'].slice(0, COMMON_PASSWORDS))
}

/**
 * Refuses a password that is guessed first: the account's e-mail address or its first part, one character repeated, and
 * the commonest ones. Its length is the schema's business. `field` is the request's field that carries the password.
 * @throws {DomainError} INVALID.
 */
export async function assertGoodPassword (password: string, email: string | null, field: string): Promise<void> {
  const refuse = (message: string) => new DomainError('INVALID', `The password ${message}`, field)
  const typed = emailKey(password)
  const address = email === null ? '' : emailKey(email)
  if (address !== '' && (typed === address || typed === address.split('@')[0])) throw refuse('is the e-mail address')
  if (new Set(typed).size < 2) throw refuse('is one character repeated')
  common ??= loadCommon()
  if ((await common).has(typed)) throw refuse('is one of the 10,000 commonest')
}
