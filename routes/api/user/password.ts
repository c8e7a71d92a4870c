import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { changePassword } from '../../../src/accounts/password-changes.js'
import { NoticeSchema, PasswordChangeSchema } from '../../../src/accounts/schemas.js'
import { assertOwner } from '../../../src/accounts/sign-in.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/user/password sets a new password. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/password', {
    config: { limits: 'password' },
    schema: {
      operationId: 'changePassword',
      summary: 'Change your password',
      description: 'All other sessions end, and their access tokens. API keys stay.',
      tags: ['accounts'],
      body: PasswordChangeSchema,
      response: { 200: ref(NoticeSchema), ...problems(400, 413, 415) }
    }
  }, async (request) => {
    const { no: userNo } = request.signedIn()
    const { current, new: password } = request.body
    const session = request.identity?.session ?? null
    const now = Date.now()
    await assertOwner(fastify.passwords, { userNo, password: current, signedInAt: session?.createdAt ?? null, field: 'current' }, now)
    await changePassword(fastify.database, { userNo, password, exceptSessionId: session?.id ?? null, field: 'new' }, now)
    return { message: 'Password changed' }
  })
}

export default routes
