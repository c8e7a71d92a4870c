import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ConversationSchema } from '../../../src/conversations/schemas.js'
import { requireWholeConversation, viewConversation } from '../../../src/conversations/view.js'
import { IdSchema, problems, ref, requires } from '../../../src/schemas.js'

/** GET /api/convos/:conversationId: one conversation, without its messages. */
const get: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/:conversationId', {
    schema: {
      operationId: 'getConversation',
      summary: 'Get one conversation with all its settings',
      tags: ['conversations'],
      security: requires('read'),
      params: Type.Object({ conversationId: IdSchema }),
      response: { 200: ref(ConversationSchema), ...problems(400, 404) }
    }
  }, async (request) => {
    const { no, id } = request.signedIn()
    return viewConversation(requireWholeConversation(fastify.database.reader, no, request.params.conversationId), id)
  })
}

export default get
