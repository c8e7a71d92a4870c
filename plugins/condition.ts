import fp from 'fastify-plugin'
import { type Condition, createCondition } from '../src/maintenance/condition.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The state of the storage. */
    condition: Condition
    /** Registers a listener that is called when nothing can be saved any more. The process should then end. */
    onFatal (listener: (error: Error) => void): void
    /** Calls the listeners of `onFatal`. */
    fail (error: Error): void
  }
}

/** The state of the storage. It is logged when it changes, not for each request that fails because of it. */
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
