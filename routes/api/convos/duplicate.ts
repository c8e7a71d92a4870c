import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { copyConversation, streamCopy } from '../../../src/copies/copy.js'
import { ConversationCopySchema, DuplicateBodySchema } from '../../../src/copies/schemas.js'
import { readDuplicate } from '../../../src/copies/fork.js'
import { problems, ref, requires } from '../../../src/schemas.js'

/** POST /api/convos/duplicate: copies a conversation with all its messages. */
const duplicate: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/duplicate', {
    config: { envelope: 'arg', limits: 'fork' },
    schema: {
      operationId: 'duplicateConversation',
      summary: 'Copy a whole conversation, every branch of it',
      tags: ['conversations'],
      security: requires('write'),
      body: DuplicateBodySchema,
      response: { 201: ref(ConversationCopySchema), ...problems(400, 403, 404, 409, 413, 415, 507) }
    }
  }, async (request, reply) => {
    const { no, id } = request.signedIn()
    request.assertRoom({ conversations: 1 })
    const copy = await copyConversation(fastify, { ...readDuplicate(request.body), userNo: no, roomBytes: request.roomBytes() })
    return reply.code(201).streamJson(streamCopy(fastify.database.reader, copy, id))
  })
}

export default duplicate
