import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { SignedInSchema } from '../../../src/accounts/schemas.js'
import { signInByProxy } from '../../../src/accounts/credentials/proxy-header.js'
import { DomainError } from '../../../src/errors.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/auth/proxy opens a session for a user whom a proxy signed in. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/proxy', {
    config: { limits: 'login' },
    schema: {
      operationId: 'loginByProxy',
      summary: 'Sign in by the header of a proxy',
      description: 'For servers behind Authelia, authentik, oauth2-proxy, Cloudflare Access or Tailscale, see AUTH_HEADER_EMAIL. ' +
        'Returns the same as signing in with a password.',
      tags: ['accounts'],
      security: [],
      response: { 200: ref(SignedInSchema), ...problems(400, 401, 403, 409, 413, 415) }
    }
  }, async (request, reply) => {
    const user = fastify.proxyUserOf(request)
    if (!user) throw new DomainError('UNAUTHENTICATED', 'No proxy signed you in')
    const { database, sessions, config: { AUTH_HEADER_PROVISION: provisions } } = fastify
    return reply.startSession(await signInByProxy({ database, sessions, provisions }, user, request.headers['user-agent'], Date.now()))
  })
}

export default routes
