import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { requireKeyForRead } from '../../../src/conversations/find.js'
import { MessageSchema } from '../../../src/messages/schemas.js'
import { jsonArray } from '../../../src/json-stream.js'
import { streamMessages } from '../../../src/messages/stream.js'
import { IdSchema, notModified, problems, ref, requires } from '../../../src/schemas.js'

/** The conversation id that LibreChat's clients use before the first save. */
const UNSAVED = 'new'

/** GET /api/messages/:conversationId: all messages of a conversation with all branches, parents first. */
const list: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/:conversationId', {
    config: { etag: true },
    schema: {
      operationId: 'listMessages',
      summary: 'List the messages of a conversation, parents before children',
      tags: ['messages'],
      security: requires('read'),
      params: Type.Object({ conversationId: IdSchema }),
      response: { 304: notModified, 200: Type.Array(ref(MessageSchema)), ...problems(400, 404) }
    }
  }, (request, reply) => {
    const { no } = request.signedIn()
    const { conversationId } = request.params
    reply.header('etag', request.stateTag())
    if (conversationId === UNSAVED) return reply.streamJson(jsonArray([]))
    const { reader } = fastify.database
    return reply.streamJson(streamMessages(reader, { conversationId, pk: requireKeyForRead(reader, no, conversationId) }))
  })
}

export default list
