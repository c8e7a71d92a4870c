import fp from 'fastify-plugin'
import * as commandModule from '../src/commands.js'
import { discardStaged } from '../src/conversations/sweep.js'
import { createHousekeeping, type Housekeeping } from '../src/housekeeping.js'
import { holderOf, importLockOf } from '../src/maintenance/lock.js'
import { fromHome } from '../src/paths.js'
import { prepareSearch } from '../src/search/index/commands.js'
import { type Database, openDatabase } from '../src/writer/database.js'
import { isStorageFailure } from '../src/writer/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    database: Database
    housekeeping: Housekeeping
  }
}

/** Interval of the check for new commits. */
const POLL_INTERVAL_MS = 1000

/**
 * Opens the database with its writer, and closes both last. Housekeeping resumes the work that the last stop
 * interrupted.
 */
export default fp(async (fastify) => {
  const { config: { DATABASE_PATH: path }, condition } = fastify
  const database = await openDatabase(path === ':memory:' ? path : fromHome(path), commandModule, (error) => fastify.fail(error), fastify.commandLimits ?? undefined, {
    onStorageFailure: condition.report,
    onCheckpoint: (error) => {
      if (error === null) condition.leave('log')
      else condition.enter('log', `the write-ahead log cannot be written back: ${error.message}`)
    }
  })
  const housekeeping = createHousekeeping(database.writer, (error) => {
    if (!isStorageFailure(error)) fastify.log.error(error, 'Housekeeping failed')
  })
  condition.onLasting(database.writer.refuseWrites)
  fastify.decorate('database', database)
  fastify.decorate('housekeeping', housekeeping)
  let lastVersion = 0
  const polling = setInterval(poll, POLL_INTERVAL_MS).unref()
  fastify.addHook('onClose', async () => {
    clearInterval(polling)
    housekeeping.stop()
    await database.close()
  })

  // The server also starts on a disk that is full or fails, so that stored data can be read.
  await whatCanBeDone(async () => {
    // An import by the command line may be staging rows, started beside the last server or this one.
    if (path === ':memory:' || holderOf(importLockOf(fromHome(path))) === null) await discardStaged(database.writer)
    await prepareSearch(database.writer)
  })
  housekeeping.schedule()

  /** Each write adds a small segment to the search index. Housekeeping merges the segments while they are few. */
  function poll () {
    try {
      const version = dataVersion()
      if (version !== lastVersion || housekeeping.hasFailed()) housekeeping.schedule()
      lastVersion = version
    } catch (error) {
      condition.report(error)
    }
  }

  /** Returns a number that changes when the writer's connection commits. */
  function dataVersion (): number {
    return Number(database.reader.$client.pragma('data_version', { simple: true }))
  }

  async function whatCanBeDone (work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      if (!isStorageFailure(error)) throw error
      condition.report(error)
    }
  }
}, { name: 'database', dependencies: ['condition'], decorators: { fastify: ['config', 'commandLimits'] } })
