import fp from 'fastify-plugin'

/**
 * Accepts only JSON bodies, apart from uploads. An empty body with a JSON content type is allowed, because clients send
 * that header by habit. The route's schema decides whether a body is required.
 */
export default fp(async (fastify) => {
  const parse = fastify.getDefaultJsonParser('error', 'error')
  fastify.removeContentTypeParser(['application/json', 'text/plain'])
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, body, done)
  })
}, { name: 'json-body' })
