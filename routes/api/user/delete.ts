import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AccountDeletedSchema, AccountDeletionSchema } from '../../../src/accounts/schemas.js'
import { assertOwner } from '../../../src/accounts/sign-in.js'
import { deleteAccount } from '../../../src/accounts/deletion.js'
import { problems, ref } from '../../../src/schemas.js'

/** DELETE /api/user/delete deletes the caller's account. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.delete('/delete', {
    config: { limits: 'password' },
    preValidation: (request, _reply, done) => {
      // LibreChat's clients send no body.
      if (request.headers['content-type'] === undefined) request.body = {}
      done()
    },
    schema: {
      operationId: 'deleteUser',
      summary: 'Delete the account and everything in it',
      description: 'Conversations, messages, tags, imports, sessions and API keys go with it; nothing can be restored. Needs the ' +
        'password, or a session that is younger than five minutes.',
      tags: ['accounts'],
      body: AccountDeletionSchema,
      response: { 200: ref(AccountDeletedSchema), ...problems(400, 413, 415) }
    }
  }, async (request, reply) => {
    const { no: userNo } = request.signedIn()
    const signedInAt = request.identity?.session?.createdAt ?? null
    await assertOwner(fastify.passwords, { userNo, password: request.body.password, signedInAt, field: 'password' }, Date.now())
    const deleted = await deleteAccount(fastify.database.writer, { userNo, now: Date.now() })
    fastify.housekeeping.schedule()
    await fastify.exports.removeAll(userNo)
    reply.closeSession()
    return { message: 'User deleted', deleted }
  })
}

export default routes
