import fp from 'fastify-plugin'
import { fromPackageRoot } from '../src/paths.js'
import { createHousekeeping, type Housekeeping } from '../src/writer/housekeeping.js'
import { openStorage, type Storage } from '../src/writer/storage.js'

declare module 'fastify' {
  interface FastifyInstance {
    storage: Storage
    housekeeping: Housekeeping
  }
}

/** Milliseconds between two looks at whether anything was written. */
const TENDING_INTERVAL = 1000

/** Opens the database and its writer, finishes what the last stop left undone, and closes both last. */
export default fp(async (fastify) => {
  const { DATABASE_PATH: path } = fastify.config
  const storage = await openStorage(path === ':memory:' ? path : fromPackageRoot(path), (error) => {
    fastify.log.fatal(error, 'The writer failed; nothing can be saved any more')
    process.exitCode = 1
    fastify.close()
  })
  const housekeeping = createHousekeeping(storage.writer, (error) => fastify.log.error(error, 'Housekeeping failed'))
  await storage.writer.run('discardStaged', {})
  await storage.writer.run('prepareSearch', {})
  housekeeping.nudge()
  const tending = setInterval(tend, TENDING_INTERVAL).unref()

  fastify.decorate('storage', storage)
  fastify.decorate('housekeeping', housekeeping)
  fastify.addHook('onClose', async () => {
    clearInterval(tending)
    housekeeping.stop()
    await storage.close()
  })

  let tended = dataVersion()

  /** Single writes leave small pieces in the search index, which housekeeping joins while they are few. */
  function tend () {
    const version = dataVersion()
    if (version !== tended) housekeeping.nudge()
    tended = version
  }

  /** Changes when the writer's connection commits. */
  function dataVersion () {
    return storage.reader.$client.pragma('data_version', { simple: true })
  }
}, { name: 'database', decorators: { fastify: ['config'] } })
