import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { NoticeSchema } from '../../../src/accounts/schemas.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/auth/logout ends this browser's session. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/logout', {
    schema: {
      operationId: 'logout',
      summary: 'Sign out',
      description: 'Ends the session of the cookie `refreshToken`, if there is one, and its access tokens.',
      tags: ['accounts'],
      security: [],
      response: { 200: ref(NoticeSchema), ...problems(400, 413, 415) }
    }
  }, async ({ refreshToken }, reply) => {
    await fastify.sessions.end(refreshToken)
    reply.closeSession()
    return { message: 'Logout successful' }
  })
}

export default routes
