import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { deleteMessage } from '../../../src/messages/commands.js'
import { IdSchema, problems, requires } from '../../../src/schemas.js'

/** DELETE /api/messages/:conversationId/:messageId: removes one message. Its children move to its parent. */
const remove: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.delete('/:conversationId/:messageId', {
    schema: {
      operationId: 'deleteMessage',
      summary: 'Delete one message; its children move to its parent',
      tags: ['messages'],
      security: requires('write'),
      params: Type.Object({ conversationId: IdSchema, messageId: IdSchema }),
      response: { 204: Type.Null({ description: 'The message is gone.' }), ...problems(400, 403, 404, 409, 413, 415) }
    }
  }, async (request, reply) => {
    const userNo = request.signedIn().no
    await deleteMessage(fastify.database.writer, { ...request.params, userNo, now: Date.now() })
    return reply.code(204).send(null)
  })
}

export default remove
