import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { SignedInSchema } from '../../../src/accounts/schemas.js'
import { byCookie, problems, ref } from '../../../src/schemas.js'

/** POST /api/auth/refresh returns a new access token for the refresh token in the cookie. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/refresh', {
    schema: {
      operationId: 'refresh',
      summary: 'Get a new access token',
      description: 'Replaces the cookie `refreshToken`; the session then lasts for another `REFRESH_TOKEN_EXPIRY`. A cookie that was ' +
        'replaced works for 60 more seconds; using it later ends the session.',
      tags: ['accounts'],
      security: byCookie,
      querystring: Type.Object({
        retry: Type.Optional(Type.String({ maxLength: 8, description: 'Sent by LibreChat\'s client; changes nothing.' }))
      }),
      response: { 200: ref(SignedInSchema), ...problems(400, 401, 413, 415) }
    }
  }, async ({ refreshToken }, reply) => reply.openSession(await fastify.sessions.refresh(refreshToken, Date.now())))
}

export default routes
