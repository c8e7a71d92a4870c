import { ConfigError } from '../config.js'
import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import { register } from './registration.js'
import { isUnclaimed } from './user-queries.js'

/**
 * Creates the first account, an administrator, from the settings. Does nothing if an account exists.
 * @throws {ConfigError} when the password is easy to guess.
 */
export async function createFirstAccount (database: Pick<Database, 'reader' | 'writer'>, email: string, password: string) {
  if (!isUnclaimed(database.reader)) return
  try {
    await register(database, { email, password }, { isAllowed: true, now: Date.now() })
  } catch (error) {
    throw error instanceof DomainError ? new ConfigError(`FIRST_USER_PASSWORD: ${error.message}`) : error
  }
}
