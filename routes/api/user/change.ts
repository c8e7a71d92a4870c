import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ProfileChangeSchema, UserSchema } from '../../../src/accounts/schemas.js'
import { assertOwner } from '../../../src/accounts/sign-in.js'
import { changeProfile } from '../../../src/accounts/user-commands.js'
import { viewAccount } from '../../../src/accounts/view.js'
import { problems, ref } from '../../../src/schemas.js'

/** PATCH /api/user changes names and e-mail address. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.patch('', {
    config: { limits: 'password' },
    schema: {
      operationId: 'changeUser',
      summary: 'Change your name, user name or e-mail address',
      tags: ['accounts'],
      body: ProfileChangeSchema,
      response: { 200: ref(UserSchema), ...problems(400, 409, 413, 415) }
    }
  }, async (request) => {
    const { no: userNo } = request.signedIn()
    const { password, ...change } = request.body
    const now = Date.now()
    if (change.email !== undefined) {
      const signedInAt = request.identity?.session?.createdAt ?? null
      await assertOwner(fastify.passwords, { userNo, password, signedInAt, field: 'password' }, now)
    }
    return viewAccount(await changeProfile(fastify.database.writer, { ...change, userNo, now }))
  })
}

export default routes
