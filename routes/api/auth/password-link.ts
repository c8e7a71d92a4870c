import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { followPasswordLink } from '../../../src/accounts/password-changes.js'
import { NoticeSchema, PasswordLinkUseSchema } from '../../../src/accounts/schemas.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/auth/password-link sets a new password by a link. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/password-link', {
    config: { limits: 'login' },
    schema: {
      operationId: 'usePasswordLink',
      summary: 'Set a new password by a link that an administrator made',
      description: 'The link is good once, for an hour. All sessions of the account end.',
      tags: ['accounts'],
      security: [],
      body: PasswordLinkUseSchema,
      response: { 200: ref(NoticeSchema), ...problems(400, 401, 413, 415) }
    }
  }, async ({ body }) => {
    await followPasswordLink(fastify.database, body, Date.now())
    return { message: 'Password changed. Sign in with it.' }
  })
}

export default routes
