import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'

/**
 * Turns away what comes over open connections while the server stops, as any other failure is answered. Requests
 * that came before are finished.
 */
export default fp(async (fastify) => {
  let isStopping = false
  fastify.addHook('preClose', async () => { isStopping = true })
  fastify.addHook('onRequest', (_request, _reply, done) => {
    done(isStopping ? new DomainError('BUSY', 'The server is stopping') : undefined)
  })
}, { name: 'stopping', dependencies: ['error-handler'] })
