import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ConversationSchema } from '../../../src/conversations/schemas.js'
import { versionOf } from '../../../src/conversations/version.js'
import { requireWholeConversation, viewConversation } from '../../../src/conversations/view.js'
import { IdSchema, notModified, problems, ref, requires } from '../../../src/schemas.js'

/** GET /api/convos/:conversationId: one conversation, without its messages. */
const get: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/:conversationId', {
    config: { etag: true },
    // The response is short, and the compression plugin would inspect each one.
    compress: false,
    schema: {
      operationId: 'getConversation',
      summary: 'Get one conversation with all its settings',
      tags: ['conversations'],
      security: requires('read'),
      params: Type.Object({ conversationId: IdSchema }),
      response: { 304: notModified, 200: ref(ConversationSchema), ...problems(400, 404) }
    }
  }, async (request, reply) => {
    const { no, id } = request.signedIn()
    const conversation = requireWholeConversation(fastify.database.reader, no, request.params.conversationId)
    reply.header('etag', `"${versionOf(conversation)}"`)
    return reply.send(viewConversation(conversation, id))
  })
}

export default get
