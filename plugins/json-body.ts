import fp from 'fastify-plugin'

/**
 * JSON is the only body there is, apart from uploads. No body at all is left for the route's schema to judge, even
 * under a JSON content type: clients send that header by habit, and routes that take no body do not mind.
 */
export default fp(async (fastify) => {
  const parse = fastify.getDefaultJsonParser('error', 'error')
  fastify.removeContentTypeParser(['application/json', 'text/plain'])
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, body, done)
  })
}, { name: 'json-body' })
