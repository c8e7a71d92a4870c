import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { pinConversation } from '../../../src/conversations/commands.js'
import { ConversationSchema } from '../../../src/conversations/schemas.js'
import { versionOf } from '../../../src/conversations/version.js'
import { viewConversation } from '../../../src/conversations/view.js'
import { IdSchema, IfMatchSchema, problems, ref, requires } from '../../../src/schemas.js'

/** POST /api/convos/pin: pins a conversation, or unpins it. */
const pin: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/pin', {
    config: { envelope: 'arg' },
    schema: {
      operationId: 'pinConversation',
      summary: 'Pin a conversation, or unpin it',
      tags: ['conversations'],
      security: requires('write'),
      headers: IfMatchSchema,
      body: Type.Object({ conversationId: IdSchema, pinned: Type.Boolean() }, { additionalProperties: false }),
      response: { 200: ref(ConversationSchema), ...problems(400, 403, 404, 412, 413, 415) }
    }
  }, async (request, reply) => {
    const { no, id } = request.signedIn()
    const conversation = await pinConversation(fastify.database.writer, { ...request.body, ifMatch: request.ifMatch(), userNo: no })
    return reply.code(200).header('etag', `"${versionOf(conversation)}"`).send(viewConversation(conversation, id))
  })
}

export default pin
