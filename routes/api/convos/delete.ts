import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { DeletionSchema } from '../../../src/conversations/schemas.js'
import { viewRemoval } from '../../../src/conversations/view.js'
import { IdSchema, problems, ref } from '../../../src/schemas.js'

const optionalText = Type.Optional(Type.String({ maxLength: 256 }))

/** DELETE /api/convos: deletes the one conversation that is named. */
const remove: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.delete('', {
    config: { envelope: 'arg' },
    schema: {
      operationId: 'deleteConversation',
      summary: 'Delete one conversation with its messages',
      tags: ['conversations'],
      body: Type.Object({
        conversationId: IdSchema, thread_id: optionalText, endpoint: optionalText, source: optionalText
      }, { additionalProperties: false }),
      response: { 201: ref(DeletionSchema), ...problems(400, 403, 404, 413, 415) }
    }
  }, async (request, reply) => {
    const { conversationId } = request.body
    const userNo = request.signedIn().no
    const removal = await fastify.storage.writer.run('deleteConversation', { userNo, conversationId, now: Date.now() })
    fastify.housekeeping.nudge()
    return reply.code(201).send(viewRemoval(removal))
  })
}

export default remove
