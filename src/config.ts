import { readFileSync } from 'node:fs'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { addressRanges } from './address-ranges.js'

const text = (value: string, description: string) => Type.String({ default: value, description })
const optionalText = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))
const headerName = (description: string) => Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$', description }))
/** Text that no error message repeats. */
const secret = (pattern: string, description: string) => Type.Optional(Type.String({ pattern, writeOnly: true, description }))
const flag = (value: boolean, description: string) => Type.Boolean({ default: value, description })
const count = (value: number, description: string, minimum = 1) =>
  Type.Integer({ default: value, minimum, maximum: Number.MAX_SAFE_INTEGER, description })
/** A hundred years. A time much further ahead is no date of JavaScript. */
const MAX_LIFETIME_MS = 3_155_760_000_000
const lifetime = (value: number, description: string) => Type.Integer({ default: value, minimum: 1000, maximum: MAX_LIFETIME_MS, description })

/** Every setting Parley reads from the environment; a test compares `docs/configuration.md` with it. */
export const ConfigSchema = Type.Object({
  HOST: text('127.0.0.1', 'Address to listen on.'),
  PORT: Type.Integer({ default: 3080, minimum: 0, maximum: 65535, description: 'Port to listen on; 0 picks a free one.' }),
  DATABASE_PATH: text('data/parley.db', 'The SQLite file; a relative path is relative to the package.'),
  MIGRATION_BACKUP: flag(true, 'Whether a copy of the file is kept before an upgrade migrates it.'),
  BACKUP_DIR: optionalText('Folder for backups; a relative path is relative to the package. Unset: no backups by schedule.'),
  BACKUP_EVERY: Type.String({ default: '24h', pattern: '^[1-9]\\d{0,3}[mhd]$', description: 'Time between two backups, such as 90m, 24h or 7d.' }),
  BACKUP_KEEP: count(7, 'How many backups are kept.'),
  JWT_SECRET: optionalText('Signs access tokens, 32 bytes or more. Unset: made once and kept beside the database.'),
  SESSION_EXPIRY: lifetime(900_000, 'Life of an access token in milliseconds.'),
  REFRESH_TOKEN_EXPIRY: lifetime(604_800_000, 'Life of a refresh token in milliseconds.'),
  ALLOW_REGISTRATION: flag(false, 'Whether anyone may register once there is an account.'),
  FIRST_USER_EMAIL: Type.Optional(Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', description: 'E-mail address of the first account, which the start makes when there is none.' })),
  FIRST_USER_PASSWORD: secret('.', 'Password of that account.'),
  JWT_AUTO_PROVISION: flag(false, 'Whether a valid token of an unknown user creates that user.'),
  AUTH_HEADER_EMAIL: headerName('Header in which a proxy names the e-mail address of somebody it signed in, as `Remote-Email`.'),
  AUTH_HEADER_NAME: headerName('Header in which that proxy gives their name.'),
  AUTH_HEADER_PROXIES: optionalText('Comma-separated addresses or CIDR ranges of that proxy; needed with AUTH_HEADER_EMAIL.'),
  AUTH_HEADER_PROVISION: flag(false, 'Whether somebody whom the proxy signed in gets an account at the first visit.'),
  MAX_BYTES_PER_USER: count(0, 'Bytes of messages that one account can have; 0 sets no limit.', 0),
  MAX_CONVERSATIONS_PER_USER: count(0, 'Conversations that one account can have; 0 sets no limit.', 0),
  TRUST_PROXY: optionalText('Comma-separated addresses or CIDR ranges of proxies whose X-Forwarded-For counts.'),
  CORS_ORIGIN: optionalText('Comma-separated origins that browsers may call from.'),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'Least important log line to write.' }
  ),
  RATE_LIMIT_MAX: count(600, 'Requests per minute of one user, or of one address when not signed in.'),
  IMPORT_IP_MAX: count(100, 'Imports per address and window.'),
  IMPORT_IP_WINDOW: count(15, 'That window in minutes.'),
  IMPORT_USER_MAX: count(50, 'Imports per user and window.'),
  IMPORT_USER_WINDOW: count(15, 'That window in minutes.'),
  FORK_IP_MAX: count(30, 'Forks and duplicates per address and window.'),
  FORK_IP_WINDOW: count(1, 'That window in minutes.'),
  FORK_USER_MAX: count(7, 'Forks and duplicates per user and window.'),
  FORK_USER_WINDOW: count(1, 'That window in minutes.'),
  LOGIN_MAX: count(7, 'Sign-in attempts per address and window.'),
  LOGIN_WINDOW: count(5, 'That window in minutes.'),
  REGISTER_MAX: count(5, 'Registrations per address and window.'),
  REGISTER_WINDOW: count(60, 'That window in minutes.'),
  CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: count(1_073_741_824, 'Largest file an import takes.'),
  EXPORT_KEEP_HOURS: Type.Integer({ default: 24, minimum: 1, maximum: 500, description: 'Hours that the file of an export can be downloaded.' }),
  TITLE_CONVO: flag(true, 'Whether conversations that nobody named get a title made from their first messages.'),
  TITLE_PROVIDER: Type.Union([Type.Literal('local'), Type.Literal('openai')], {
    default: 'local', description: 'What makes titles: `local` rules without network, or a model at an `openai` compatible server.'
  }),
  TITLE_MODEL: text('gpt-4o-mini', 'The model that makes titles.'),
  OPENAI_API_KEY: secret('^[!-~]+$', 'Key of the OpenAI-compatible server.'),
  OPENAI_BASE_URL: secret('^https?://[^\\s@?#]+$', 'Where that server is, if it is not OpenAI\'s own; alone it is used without a key.'),
  MCP: flag(false, 'Whether assistants can read conversations at /mcp, with an API key.'),
  MCP_CHATGPT: flag(false, 'Whether /mcp also has the tools `search` and `fetch` that ChatGPT asks for.'),
  MCP_HOSTS: optionalText('Comma-separated names in the address of /mcp, beside localhost and IP addresses.'),
  MCP_USER_MAX: count(120, 'Requests to /mcp per user and window.'),
  MCP_USER_WINDOW: count(1, 'That window in minutes.'),
  WEB: flag(true, 'Whether the page is served.'),
  DOCS: flag(true, 'Whether /docs is served.'),
  METRICS: flag(false, 'Whether /metrics is served.')
})

/** The settings of one server, as `readConfig` gives them. */
export type Config = Static<typeof ConfigSchema>

/** A setting that cannot be used; the message is one line that names it. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads the settings from an environment. An empty variable counts as unset. `NAME_FILE` names a file whose content is the
 * value of `NAME`, as container engines hand over secrets.
 * @throws {ConfigError} naming the first variable whose value cannot be used.
 */
export function readConfig (env: Record<string, string | undefined>): Config {
  const given: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries<TSchema>(ConfigSchema.properties)) {
    const value = env[name] || fileContent(name, env)
    if (value) given[name] = spelledValue(schema, value)
  }
  const config = Value.Default(ConfigSchema, given)
  if (Value.Check(ConfigSchema, config)) return consistent(config)
  const fault = Value.Errors(ConfigSchema, config).First()
  const name = fault?.path.slice(1) ?? ''
  const got = fault?.schema.writeOnly ? '' : ` (got ${JSON.stringify(given[name])})`
  throw new ConfigError(`${name}: ${fault?.message ?? 'not usable'}${got}`)
}

function fileContent (name: string, env: Record<string, string | undefined>): string | undefined {
  const path = env[`${name}_FILE`]
  if (!path) return
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch (error) {
    throw new ConfigError(`${name}_FILE: ${error instanceof Error ? error.message : 'not readable'}`)
  }
}

function consistent (config: Config): Config {
  if (config.TITLE_PROVIDER === 'openai' && !config.OPENAI_API_KEY && !config.OPENAI_BASE_URL) {
    throw new ConfigError('TITLE_PROVIDER: openai needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server that asks for no key')
  }
  if (config.AUTH_HEADER_EMAIL && !config.AUTH_HEADER_PROXIES) {
    throw new ConfigError('AUTH_HEADER_PROXIES: AUTH_HEADER_EMAIL needs the addresses of the proxy, or anybody could send that header')
  }
  if (Boolean(config.FIRST_USER_EMAIL) !== Boolean(config.FIRST_USER_PASSWORD)) {
    throw new ConfigError('FIRST_USER_EMAIL, FIRST_USER_PASSWORD: one needs the other')
  }
  try {
    addressRanges(config.AUTH_HEADER_PROXIES ?? '')
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ConfigError(`AUTH_HEADER_PROXIES: ${error.message}`)
  }
  return config
}

/** Numbers and booleans in their plain spelling; anything else stays text and fails the check. */
function spelledValue (schema: TSchema, value: string): unknown {
  if (schema.type === 'integer' && /^\d{1,16}$/.test(value)) return Number(value)
  if (schema.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
