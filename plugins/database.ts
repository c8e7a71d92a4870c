import fp from 'fastify-plugin'
import * as commandModule from '../src/commands.js'
import { discardStaged } from '../src/conversations/sweep.js'
import { createHousekeeping, type Housekeeping } from '../src/housekeeping.js'
import { fromPackageRoot } from '../src/paths.js'
import { prepareSearch } from '../src/search/index/commands.js'
import { type Database, openDatabase } from '../src/writer/database.js'

declare module 'fastify' {
  interface FastifyInstance {
    database: Database
    housekeeping: Housekeeping
  }
}

/** How often the plugin checks whether anything was written. */
const POLL_INTERVAL_MS = 1000

/** Opens the database with its writer, and closes both last. Housekeeping finishes what the last stop left undone. */
export default fp(async (fastify) => {
  const { DATABASE_PATH: path } = fastify.config
  const database = await openDatabase(path === ':memory:' ? path : fromPackageRoot(path), commandModule, (error) => {
    fastify.log.fatal(error, 'The writer failed; nothing can be saved any more')
    process.exitCode = 1
    fastify.close()
  }, fastify.commandLimits ?? undefined)
  const housekeeping = createHousekeeping(database.writer, (error) => fastify.log.error(error, 'Housekeeping failed'))
  await discardStaged(database.writer)
  await prepareSearch(database.writer)
  housekeeping.schedule()
  const polling = setInterval(poll, POLL_INTERVAL_MS).unref()

  fastify.decorate('database', database)
  fastify.decorate('housekeeping', housekeeping)
  fastify.addHook('onClose', async () => {
    clearInterval(polling)
    housekeeping.stop()
    await database.close()
  })

  let lastVersion = dataVersion()

  /** Each write leaves a small segment in the search index; housekeeping merges them while they are few. */
  function poll () {
    const version = dataVersion()
    if (version !== lastVersion) housekeeping.schedule()
    lastVersion = version
  }

  /** A number that changes when the writer's connection commits. */
  function dataVersion () {
    return database.reader.$client.pragma('data_version', { simple: true })
  }
}, { name: 'database', decorators: { fastify: ['config', 'commandLimits'] } })
