import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'

/** Refuses requests on open connections with 503 while the server stops. Earlier requests are completed. */
export default fp(async (fastify) => {
  let isStopping = false
  fastify.addHook('preClose', async () => { isStopping = true })
  fastify.addHook('onRequest', (_request, _reply, done) => {
    done(isStopping ? new DomainError('BUSY', 'The server is stopping') : undefined)
  })
}, { name: 'stopping', dependencies: ['error-handler'] })
