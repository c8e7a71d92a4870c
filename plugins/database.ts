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
  housekeeping.nudge()

  fastify.decorate('storage', storage)
  fastify.decorate('housekeeping', housekeeping)
  fastify.addHook('onClose', () => storage.close())
}, { name: 'database', decorators: { fastify: ['config'] } })
