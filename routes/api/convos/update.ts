import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { renameConversation } from '../../../src/conversations/commands.js'
import { ConversationSchema, TitleSchema } from '../../../src/conversations/schemas.js'
import { versionOf } from '../../../src/conversations/version.js'
import { viewConversation } from '../../../src/conversations/view.js'
import { IdSchema, IfMatchSchema, problems, ref, requires } from '../../../src/schemas.js'

/** POST /api/convos/update: renames a conversation. */
const update: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/update', {
    config: { envelope: 'arg' },
    schema: {
      operationId: 'renameConversation',
      summary: 'Rename a conversation',
      tags: ['conversations'],
      security: requires('write'),
      headers: IfMatchSchema,
      body: Type.Object({ conversationId: IdSchema, title: TitleSchema }, { additionalProperties: false }),
      response: { 201: ref(ConversationSchema), ...problems(400, 403, 404, 412, 413, 415) }
    }
  }, async (request, reply) => {
    const { no, id } = request.signedIn()
    const conversation = await renameConversation(fastify.database.writer, { ...request.body, ifMatch: request.ifMatch(), userNo: no, now: Date.now() })
    return reply.code(201).header('etag', `"${versionOf(conversation)}"`).send(viewConversation(conversation, id))
  })
}

export default update
