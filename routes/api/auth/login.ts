import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { LoginSchema, SignedInSchema } from '../../../src/accounts/schemas.js'
import { signIn } from '../../../src/accounts/sessions.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/auth/login opens a session. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/login', {
    config: { limits: 'login' },
    schema: {
      operationId: 'login',
      summary: 'Sign in with e-mail address and password',
      description: 'Answers with an access token and sets the cookie `refreshToken`.',
      tags: ['accounts'],
      security: [],
      body: LoginSchema,
      response: { 200: ref(SignedInSchema), ...problems(400, 401, 413, 415) }
    }
  }, async ({ body }, reply) => {
    const lifetime = fastify.config.REFRESH_TOKEN_EXPIRY
    return reply.openSession(await signIn(fastify.database, body, { now: Date.now(), lifetime }))
  })
}

export default routes
