import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { getConversationKey } from '../../../src/conversations/row.js'
import { getMessage, messageAsJson } from '../../../src/messages/row.js'
import { MessageSchema } from '../../../src/messages/schemas.js'
import { IdSchema, problems, ref } from '../../../src/schemas.js'

/** GET /api/messages/:conversationId/:messageId: one message, in a list of one as LibreChat answers it. */
const get: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/:conversationId/:messageId', {
    schema: {
      operationId: 'getMessage',
      summary: 'Get one message, as a list of one',
      tags: ['messages'],
      params: Type.Object({ conversationId: IdSchema, messageId: IdSchema }),
      response: { 200: Type.Array(ref(MessageSchema)), ...problems(400, 404) }
    }
  }, async (request, reply) => {
    const { reader } = fastify.database
    const { conversationId, messageId } = request.params
    const pk = getConversationKey(reader, request.signedIn().no, conversationId)
    return reply.sendJson(`[${messageAsJson(reader, conversationId, getMessage(reader, pk, messageId))}]`)
  })
}

export default get
