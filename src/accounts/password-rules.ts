import { DomainError } from '../errors.js'
import { threadFile } from '../paths.js'
import { runThread } from '../threads/run.js'
import { emailKey } from './user-queries.js'

/** Lengths of a password in code points, as JSON Schema counts them. */
export const MIN_PASSWORD_LENGTH = 8
export const MAX_PASSWORD_LENGTH = 128

let common: Promise<ReadonlySet<string>> | undefined

/**
 * Loads the list on first use, on a thread, because unpacking takes 50 ms and some megabytes. A failed `import()` stays
 * cached until the process ends. A new thread tries again.
 */
function commonPasswords (): Promise<ReadonlySet<string>> {
  common ??= loadCommon().catch((error: unknown) => {
    common = undefined
    throw error
  })
  return common
}

async function loadCommon (): Promise<ReadonlySet<string>> {
  const control = { signal: new AbortController().signal, onProgress: () => {} }
  return new Set(await runThread<never, string[]>(threadFile(import.meta.url, './common-passwords'), {}, control))
}

/**
 * Refuses a password that is too short or too long, and one that attackers guess first: the account's e-mail address or
 * its first part, one repeated character, or a common password. `field` is the request's field that carries the password.
 * @throws {DomainError} INVALID.
 * @throws {StorageError} when the list of common passwords cannot be loaded.
 */
export async function assertGoodPassword (password: string, email: string | null, field: string): Promise<void> {
  const refuse = (message: string) => new DomainError('INVALID', `The password ${message}`, field)
  const { length } = [...password]
  if (length < MIN_PASSWORD_LENGTH) throw refuse(`has fewer than ${MIN_PASSWORD_LENGTH} characters`)
  if (length > MAX_PASSWORD_LENGTH) throw refuse(`has more than ${MAX_PASSWORD_LENGTH} characters`)
  const typed = emailKey(password)
  const address = email === null ? '' : emailKey(email)
  if (address !== '' && (typed === address || typed === address.split('@')[0])) throw refuse('is the e-mail address')
  if (new Set(typed).size < 2) throw refuse('is one character repeated')
  if ((await commonPasswords()).has(typed)) throw refuse('is one of the 10,000 commonest')
}
