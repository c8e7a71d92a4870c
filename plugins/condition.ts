import fp from 'fastify-plugin'
import { type Condition, createCondition } from '../src/maintenance/condition.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** How the storage is. */
    condition: Condition
    /** Registers what is called when nothing can be saved any more; the process should end then. */
    onFatal (listener: (error: Error) => void): void
    /** Calls those listeners. */
    fail (error: Error): void
  }
}

/** The state of the storage, logged when it changes and never for each request that meets it. */
export default fp(async (fastify) => {
  const listeners: Array<(error: Error) => void> = []
  let failure: Error | null = null

  fastify.decorate('condition', createCondition(fastify.config.DATABASE_PATH, (line, trouble, hasBegun) => {
    if (hasBegun) fastify.log.error({ trouble }, line)
    else fastify.log.info({ trouble }, line)
  }))
  fastify.decorate('onFatal', (listener) => {
    listeners.push(listener)
    if (failure) listener(failure)
  })
  fastify.decorate('fail', (error) => {
    failure = error
    for (const listener of listeners) listener(error)
  })
}, { name: 'condition', decorators: { fastify: ['config'] } })
