import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { copyConversation, streamCopy } from '../../../src/copies/copy.js'
import { ConversationCopySchema, ForkBodySchema } from '../../../src/copies/schemas.js'
import { readFork } from '../../../src/copies/fork.js'
import { problems, ref, requires } from '../../../src/schemas.js'

/** POST /api/convos/fork: copies some branches of a conversation to a new one. */
const fork: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/fork', {
    config: { envelope: 'arg', limits: 'fork' },
    schema: {
      operationId: 'forkConversation',
      summary: 'Copy a message with what leads to it, or more, into a new conversation',
      tags: ['conversations'],
      security: requires('write'),
      body: ForkBodySchema,
      response: { 200: ref(ConversationCopySchema), ...problems(400, 403, 404, 409, 413, 415, 507) }
    }
  }, async (request, reply) => {
    const { no, id } = request.signedIn()
    request.assertRoom({ conversations: 1 })
    const copy = await copyConversation(fastify, { ...readFork(request.body), userNo: no, roomBytes: request.roomBytes() })
    return reply.code(200).streamJson(streamCopy(fastify.database.reader, copy, id))
  })
}

export default fork
