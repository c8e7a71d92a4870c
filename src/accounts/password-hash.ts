import { randomUUID } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/**
 * Argon2id with the lowest cost that OWASP's Password Storage Cheat Sheet recommends: 19 MiB, two passes, one lane
 * (cheatsheetseries.owasp.org). Argon2id is the library's default algorithm.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The hash of a random password that is not stored. */
let decoy: Promise<string> | undefined

/** Returns the hash of a password in PHC format, computed off the event loop. */
export function hashPassword (password: string): Promise<string> {
  return hash(typed(password), cost)
}

/**
 * Whether `stored` is the hash of a password. Without a stored hash the check takes as long and returns false. So the
 * time does not reveal which addresses have accounts.
 */
export async function verifyPassword (stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomUUID())
  const against = stored ?? await decoy
  const matches = await verify(against, typed(password))
  return matches && stored !== null
}

/** Keyboards send different code points for the same letter. NFKC makes them equal. */
function typed (password: string) {
  return password.normalize('NFKC')
}
