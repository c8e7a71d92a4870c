import type { IncomingMessage, ServerResponse } from 'node:http'
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

/** What Helmet would set on every response: none of it depends on the request, so it is worked out once. */
function headersOf (options: HelmetOptions): Record<string, string> {
  const headers = new Map<string, string>()
  const response = {
    setHeader: (name: string, value: string) => headers.set(name.toLowerCase(), value),
    removeHeader: (name: string) => headers.delete(name.toLowerCase())
  }
  // Helmet touches nothing else of the two, and sets its headers before it returns.
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error) throw new Error('Helmet refuses its options', { cause: error })
  })
  return Object.fromEntries(headers)
}
