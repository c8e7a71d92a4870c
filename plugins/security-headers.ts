import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** A hook for contexts whose routes serve a page, or files for one. */
    pageHeaders: onRequestHookHandler
  }
}

/** Returns a Content-Security-Policy from its directives. */
function policy (directives: Record<string, string>) {
  return Object.entries(directives).map(([name, sources]) => `${name} ${sources}`).join(';')
}

/** Directives of every response: nothing is loaded, framed or submitted. */
const closed = { 'default-src': "'none'", 'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'" }

/** Headers of every response. Responses are private, so no cache stores them. Browsers do not guess their types. */
const everyAnswer = {
  'cache-control': 'no-store',
  'content-security-policy': policy(closed),
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff'
}

/** Headers that only affect pages. Swagger UI sets styles inline. */
const pages = {
  'content-security-policy': policy({
    ...closed,
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data:",
    'connect-src': "'self'"
  }),
  'cross-origin-opener-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'SAMEORIGIN'
}

/**
 * One year, for this host only, because other hosts of the domain may not use HTTPS. Sent only over HTTPS, because on an
 * insecure connection an attacker could set it (RFC 6797, section 7.2).
 */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000'

/** Headers that stop browsers from guessing types, framing pages and storing responses. */
export default fp(async (fastify) => {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(everyAnswer)
    if (request.protocol === 'https') reply.header('strict-transport-security', STRICT_TRANSPORT_SECURITY)
    done()
  })
  fastify.decorate<onRequestHookHandler>('pageHeaders', (_request, reply, done) => {
    reply.headers(pages)
    done()
  })
}, { name: 'security-headers' })
