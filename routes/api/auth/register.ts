import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { register } from '../../../src/accounts/registration.js'
import { NoticeSchema, RegisterSchema } from '../../../src/accounts/schemas.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/auth/register creates an account. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/register', {
    config: { limits: 'register' },
    schema: {
      operationId: 'register',
      summary: 'Create an account',
      description: 'Open to anybody while there is no account; after that only with ALLOW_REGISTRATION. ' +
        'The first account is the administrator. The answer is the same when the address is taken.',
      tags: ['accounts'],
      security: [],
      body: RegisterSchema,
      response: { 200: ref(NoticeSchema), ...problems(400, 403, 409, 413, 415) }
    }
  }, async ({ body }) => {
    await register(fastify.database, body, { isAllowed: fastify.config.ALLOW_REGISTRATION, now: Date.now() })
    return { message: 'Registration received. Sign in with your e-mail address and password.' }
  })
}

export default routes
