import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from '../../config.js'
import { fromHome } from '../../paths.js'

const LEAST_BYTES = 32
const LEAST_DISTINCT = 16
/**
 * Distinct bytes that a secret in hex needs at least. Hex has only sixteen digits, so its bytes are counted. 16 random
 * bytes repeat a few.
 */
const LEAST_DISTINCT_IN_HEX = 12

/** Secrets from other projects' sample settings and documentation. They are public. */
const samples = new Set([
  '16f8c0ef4a5d391b26034086c628469d3f9f497f08163ab9b40137092f2909ef',
  'eaa5191f2914e30b9387fd84e254e4ba6fc51b4654968a9b0803b456a54b8418',
  'f34be427ebb29de8d88c107a71546019685ed8b241d8f2ed00c3df97ad2566f0',
  'a-string-secret-at-least-256-bits-long',
  'super-secret-jwt-token-with-at-least-32-characters-long',
  'your-super-secret-jwt-token-with-at-least-32-characters-long'
])
const placeholder = /(change|replace).?(me|this|it)|your.*(secret|key)|example.*secret/i

/**
 * Returns the secret that signs access tokens. Without a configured one, it is created on the first start and kept in
 * the file `jwt-secret` beside the database, readable by its owner only. A database in memory gets a new secret each
 * time.
 * @throws {ConfigError} when a secret can be guessed. It names JWT_SECRET and never contains the value.
 */
export function jwtSecret (configured: string | undefined, databasePath: string): string {
  if (configured !== undefined) return checked(configured, 'JWT_SECRET')
  if (databasePath === ':memory:') return newSecret()
  return keptSecret(join(dirname(fromHome(databasePath)), 'jwt-secret'))
}

function keptSecret (path: string) {
  try {
    // With `wx` the first of two processes that start together writes the file. The other reads it.
    writeFileSync(path, newSecret(), { flag: 'wx', mode: 0o600, flush: true })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!exists) throw error
    chmodSync(path, 0o600)
  }
  return checked(readFileSync(path, 'utf8').trim(), `JWT_SECRET: the one in ${path}`)
}

function newSecret () {
  return randomBytes(48).toString('base64url')
}

function checked (secret: string, name: string) {
  const fault = weakness(secret)
  if (fault) throw new ConfigError(`${name} ${fault}; make one with: openssl rand -base64 48`)
  return secret
}

/** Returns why a secret can be guessed, or null. RFC 8725 section 3.5, RFC 7518 section 3.2. */
function weakness (secret: string): string | null {
  if (Buffer.byteLength(secret) < LEAST_BYTES) return `is shorter than ${LEAST_BYTES} bytes`
  if (samples.has(secret.trim()) || placeholder.test(secret)) return 'is a sample value'
  const isHex = /^([0-9a-f]{2})+$/i.test(secret)
  const distinct = new Set(Buffer.from(secret, isHex ? 'hex' : 'utf8')).size
  return distinct < (isHex ? LEAST_DISTINCT_IN_HEX : LEAST_DISTINCT) ? 'repeats itself too much' : null
}
