import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { archiveConversation } from '../../../src/conversations/commands.js'
import { ConversationSchema } from '../../../src/conversations/schemas.js'
import { versionOf } from '../../../src/conversations/version.js'
import { viewConversation } from '../../../src/conversations/view.js'
import { IdSchema, IfMatchSchema, problems, ref, requires } from '../../../src/schemas.js'

/** POST /api/convos/archive: archives a conversation, or restores it. */
const archive: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/archive', {
    config: { envelope: 'arg' },
    schema: {
      operationId: 'archiveConversation',
      summary: 'Archive a conversation, or take it back',
      tags: ['conversations'],
      security: requires('write'),
      headers: IfMatchSchema,
      body: Type.Object({ conversationId: IdSchema, isArchived: Type.Boolean() }, { additionalProperties: false }),
      response: { 200: ref(ConversationSchema), ...problems(400, 403, 404, 412, 413, 415) }
    }
  }, async (request, reply) => {
    const { no, id } = request.signedIn()
    const conversation = await archiveConversation(fastify.database.writer, { ...request.body, ifMatch: request.ifMatch(), userNo: no, now: Date.now() })
    return reply.code(200).header('etag', `"${versionOf(conversation)}"`).send(viewConversation(conversation, id))
  })
}

export default archive
