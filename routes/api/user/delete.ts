import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { deleteAccount } from '../../../src/accounts/commands.js'
import { NoticeSchema } from '../../../src/accounts/schemas.js'
import { problems, ref } from '../../../src/schemas.js'

/** DELETE /api/user/delete removes the account that is signed in. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.delete('/delete', {
    schema: {
      operationId: 'deleteUser',
      summary: 'Delete the account and everything in it',
      tags: ['accounts'],
      response: { 200: ref(NoticeSchema), ...problems(400, 413, 415) }
    }
  }, async (request, reply) => {
    await deleteAccount(fastify.database.writer, { userNo: request.signedIn().no })
    fastify.housekeeping.schedule()
    reply.closeSession()
    return { message: 'User deleted' }
  })
}

export default routes
