import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import helmet from 'helmet'

declare module 'fastify' {
  interface FastifyInstance {
    /** A hook for contexts whose routes serve what a browser shows as a page, or loads for one. */
    pageHeaders: onRequestHookHandler
  }
}

const self = ["'self'"]
const none = ["'none'"]
const shut = { defaultSrc: none, baseUri: none, formAction: none, frameAncestors: none }

/** What no answer has: it means something to browsers of the past, or to secure connections only. */
const nowhere = { xXssProtection: false, xDownloadOptions: false, xPermittedCrossDomainPolicies: false, strictTransportSecurity: false } as const

/**
 * Headers that keep browsers from guessing types, framing pages, or storing answers, which are all private. Answers of
 * the API get those that mean something for data; the API description at /docs, the only page there is, gets those for
 * pages, too.
 */
export default fp(async (fastify) => {
  const data = headersOf(helmet({
    ...nowhere,
    contentSecurityPolicy: { useDefaults: false, directives: shut },
    xFrameOptions: false,
    referrerPolicy: false,
    xDnsPrefetchControl: false,
    originAgentCluster: false,
    crossOriginOpenerPolicy: false
  }))
  const page = headersOf(helmet({
    ...nowhere,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...shut, scriptSrc: self, styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], connectSrc: self }
    }
  }))
  const secure = headersOf(helmet.strictTransportSecurity())
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('cache-control', 'no-store').headers(data)
    // RFC 6797 section 7.2: not where others can change it on the way.
    if (request.protocol === 'https') reply.headers(secure)
    done()
  })
  fastify.decorate<onRequestHookHandler>('pageHeaders', (_request, reply, done) => {
    reply.headers(page)
    done()
  })
}, { name: 'security-headers' })

/** What one of Helmet's functions sets: none of it depends on the request, so it is worked out once. */
function headersOf (set: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void) {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  set(request, response, (error) => {
    if (error) throw new Error('Helmet refuses its options', { cause: error })
  })
  return response.getHeaders()
}
