import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { getConversationKey } from '../../../src/conversations/row.js'
import { messagesAsJson } from '../../../src/messages/queries.js'
import { MessageSchema } from '../../../src/messages/schemas.js'
import { IdSchema, problems, ref } from '../../../src/schemas.js'

/** What LibreChat's clients call a conversation that is not saved yet. */
const UNSAVED = 'new'

/** GET /api/messages/:conversationId: all messages of a conversation, every branch, parents first. */
const list: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/:conversationId', {
    schema: {
      operationId: 'listMessages',
      summary: 'List the messages of a conversation, parents before children',
      tags: ['messages'],
      params: Type.Object({ conversationId: IdSchema }),
      response: { 200: Type.Array(ref(MessageSchema)), ...problems(400, 404) }
    }
  }, (request, reply) => {
    const { no } = request.signedIn()
    const { conversationId } = request.params
    if (conversationId === UNSAVED) return reply.sendJson('[]')
    const { reader } = fastify.database
    return reply.streamJson(messagesAsJson(reader, { conversationId, pk: getConversationKey(reader, no, conversationId) }))
  })
}

export default list
