import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { createAccount } from '../src/accounts/user-commands.js'
import { accountById } from '../src/accounts/user-queries.js'
import { buildServer } from '../src/build-server.js'
import { type Config, readConfig } from '../src/config.js'
import { SHORT_COMMAND_LIMITS } from '../src/writer/limits.js'
import { noLimits } from './no-limits.js'
import { assertSearchIndex } from './search-index.js'

/** The defaults of production, except a database in memory, a fixed secret, and limits that no test reaches by chance. */
export const testConfig = readConfig({
  DATABASE_PATH: ':memory:',
  JWT_SECRET: 'Only tests use this: 8d1f6c0b72e94a35',
  LOG_LEVEL: 'silent',
  ...noLimits
})

/**
 * Injected requests that follow each other leave no turn of the event loop in between. On a slow machine that looks like overload:
 * `@fastify/under-pressure` takes the delay for infinite when it has no sample.
 */
const NO_LIMIT_MS = Infinity

/**
 * A ready server on its own database, closed when the test ends, and `as(name)`: headers of a request by the
 * account whose id is that name, created when it is first asked for.
 */
export async function build (t: Test, overrides: Partial<Config> = {}, maxDelayMs = NO_LIMIT_MS) {
  const server = await buildServer({ config: { ...testConfig, ...overrides }, commandLimits: SHORT_COMMAND_LIMITS, maxDelayMs })
  t.teardown(async () => {
    try {
      assertSearchIndex(server)
    } finally {
      await server.close()
    }
  })

  async function as (name: string) {
    const email = `${name}@example.test`
    // Null when the name is known already.
    await createAccount(server.database.writer, {
      id: name, email, username: name, name, passwordHash: null, isOpen: true, now: Date.now()
    })
    return signIn(server, name)
  }

  return { server, as }
}

/** Headers of a request by the account with this id, in a session of its own. */
export async function signIn (server: FastifyInstance, id: string) {
  const no = accountById(server.database.reader, id)?.no ?? 0
  const { account, sessionId } = await server.sessions.open(no, 'test', Date.now())
  return { authorization: `Bearer ${server.accessToken(account, sessionId)}` }
}
