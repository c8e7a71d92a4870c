import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { LoginSchema, SignedInSchema } from '../../../src/accounts/schemas.js'
import { signIn } from '../../../src/accounts/sign-in.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/auth/login opens a session. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/login', {
    config: { limits: 'login' },
    schema: {
      operationId: 'login',
      summary: 'Sign in with e-mail address and password',
      description: 'Returns an access token and sets the cookie `refreshToken`. Many wrong passwords for one account delay ' +
        'those that follow, except from browsers that have signed in to it before.',
      tags: ['accounts'],
      security: [],
      body: LoginSchema,
      response: { 200: ref(SignedInSchema), ...problems(400, 401, 413, 415) }
    }
  }, async ({ body, browserMark, headers: { 'user-agent': userAgent } }, reply) => {
    const session = await signIn({ ...fastify.passwords, sessions: fastify.sessions }, { ...body, browserMark, userAgent }, Date.now())
    return reply.startSession(session)
  })
}

export default routes
