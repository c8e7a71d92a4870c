import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import fp from 'fastify-plugin'
import helmet, { type HelmetOptions } from 'helmet'

const self = ["'self'"]
const none = ["'none'"]

/** Headers that keep browsers from guessing types, framing pages, or storing answers, all of which are private. */
export default fp(async (fastify) => {
  const headers = {
    ...headersOf({
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
    }),
    'cache-control': 'no-store'
  }
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}, { name: 'security-headers' })

/** What Helmet sets on every response: none of it depends on the request, so it is worked out once. */
function headersOf (options: HelmetOptions) {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  helmet(options)(request, response, (error) => {
    if (error) throw new Error('Helmet refuses its options', { cause: error })
  })
  return response.getHeaders()
}
