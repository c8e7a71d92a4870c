import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import fp from 'fastify-plugin'
import helmet, { type HelmetOptions } from 'helmet'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route serves what a browser shows as a page, or loads for one. */
    isPage?: boolean
  }
}

const self = ["'self'"]
const none = ["'none'"]
const shut = { defaultSrc: none, baseUri: none, formAction: none, frameAncestors: none }

/** All answers are private, and none is to be guessed at, framed or loaded by another site. */
const everywhere = { xXssProtection: false, xDownloadOptions: false, xPermittedCrossDomainPolicies: false } as const

/**
 * Headers that keep browsers from guessing types, framing pages, or storing answers. Answers of the API get those that
 * mean something for data; the API description at /docs, the only page there is, gets those for pages, too.
 */
export default fp(async (fastify) => {
  const data = headersOf({
    ...everywhere,
    contentSecurityPolicy: { useDefaults: false, directives: shut },
    xFrameOptions: false,
    xDnsPrefetchControl: false,
    originAgentCluster: false,
    crossOriginOpenerPolicy: false
  })
  const page = headersOf({
    ...everywhere,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...shut, scriptSrc: self, styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], connectSrc: self }
    }
  })
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.routeOptions.config.isPage ? page : data)
    done()
  })
}, { name: 'security-headers' })

/** What Helmet sets with these options: none of it depends on the request, so it is worked out once. */
function headersOf (options: HelmetOptions) {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  helmet(options)(request, response, (error) => {
    if (error) throw new Error('Helmet refuses its options', { cause: error })
  })
  return { ...response.getHeaders(), 'cache-control': 'no-store' }
}
