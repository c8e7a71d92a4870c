import { randomUUID } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/**
 * Argon2id with the least cost that OWASP's Password Storage Cheat Sheet recommends: 19 MiB, two passes, one lane
 * (cheatsheetseries.owasp.org). Argon2id is the library's default algorithm.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The hash of a password that nobody knows. */
let decoy: Promise<string> | undefined

/** The hash of a password in PHC format, computed off the event loop. */
export function hashPassword (password: string): Promise<string> {
  return hash(typed(password), cost)
}

/**
 * Whether a password is the one that `stored` is the hash of. Without a stored hash it is false after as much time: the
 * time must not tell which addresses have accounts.
 */
export async function verifyPassword (stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomUUID())
  const against = stored ?? await decoy
  const matches = await verify(against, typed(password))
  return matches && stored !== null
}

/** Keyboards send one letter as different code points; both must open the account. */
function typed (password: string) {
  return password.normalize('NFKC')
}
