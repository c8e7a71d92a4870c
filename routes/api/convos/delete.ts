import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { deleteConversation } from '../../../src/conversations/commands.js'
import { DeletionSchema } from '../../../src/conversations/schemas.js'
import { viewRemoval } from '../../../src/conversations/removal.js'
import { deleteRemoteThread, ThreadIdSchema } from '../../../src/openai/remote-thread.js'
import { IdSchema, problems, ref, requires } from '../../../src/schemas.js'

const optionalText = Type.Optional(Type.String({ maxLength: 256 }))

/** DELETE /api/convos: deletes one conversation, then its thread on an Assistants server. */
const remove: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.delete('', {
    config: { envelope: 'arg' },
    schema: {
      operationId: 'deleteConversation',
      summary: 'Delete one conversation with its messages',
      tags: ['conversations'],
      security: requires('write'),
      body: Type.Object({
        conversationId: IdSchema, thread_id: Type.Optional(ThreadIdSchema), endpoint: optionalText, source: optionalText
      }, { additionalProperties: false }),
      response: { 201: ref(DeletionSchema), ...problems(400, 403, 404, 413, 415) }
    }
  }, async (request, reply) => {
    const { conversationId } = request.body
    const userNo = request.signedIn().no
    const removal = await deleteConversation(fastify.database.writer, { userNo, conversationId, now: Date.now() })
    fastify.housekeeping.schedule()
    const thread = await deleteRemoteThread(fastify.openai, request.body)
    return reply.code(201).send(viewRemoval(removal, thread))
  })
}

export default remove
