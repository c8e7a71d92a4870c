import helmet from '@fastify/helmet'
import fp from 'fastify-plugin'

const self = ["'self'"]
const none = ["'none'"]

/** Headers that keep browsers from guessing types, framing pages, or storing answers, all of which are private. */
export default fp(async (fastify) => {
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      // Nothing but the API description at /docs is a page; this is what it needs.
      directives: {
        defaultSrc: none,
        scriptSrc: self,
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: self,
        baseUri: none,
        formAction: none,
        frameAncestors: none
      }
    }
  })
  fastify.addHook('onRequest', async (_request, reply) => { reply.header('cache-control', 'no-store') })
}, { name: 'security-headers' })
