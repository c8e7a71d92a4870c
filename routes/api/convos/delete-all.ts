import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { deleteAllConversations } from '../../../src/conversations/commands.js'
import { DeletionSchema } from '../../../src/conversations/schemas.js'
import { viewRemoval } from '../../../src/conversations/removal.js'
import { problems, ref, requires } from '../../../src/schemas.js'

/** DELETE /api/convos/all: deletes all conversations, archived ones too. */
const removeAll: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.delete('/all', {
    schema: {
      operationId: 'deleteAllConversations',
      summary: 'Delete every conversation',
      tags: ['conversations'],
      security: requires('write'),
      response: { 201: ref(DeletionSchema), ...problems(400, 413, 415) }
    }
  }, async (request, reply) => {
    const removal = await deleteAllConversations(fastify.database.writer, { userNo: request.signedIn().no })
    fastify.housekeeping.schedule()
    return reply.code(201).send(viewRemoval(removal))
  })
}

export default removeAll
