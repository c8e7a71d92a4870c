import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { SignedInSchema } from '../../../src/accounts/schemas.js'
import { renewSession } from '../../../src/accounts/sessions.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/auth/refresh gives a new access token for the refresh token in the cookie. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/refresh', {
    schema: {
      operationId: 'refresh',
      summary: 'Get a new access token',
      description: 'Needs the cookie `refreshToken` and replaces it. Each is good once; using one again ends the session.',
      tags: ['accounts'],
      security: [],
      querystring: Type.Object({
        retry: Type.Optional(Type.String({ maxLength: 8, description: 'Sent by LibreChat\'s client; changes nothing.' }))
      }),
      response: { 200: ref(SignedInSchema), ...problems(400, 401, 413, 415) }
    }
  }, async ({ refreshToken }, reply) =>
    reply.openSession(await renewSession(fastify.database, refreshToken, Date.now())))
}

export default routes
