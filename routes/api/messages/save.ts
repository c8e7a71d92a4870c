import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { findConversation } from '../../../src/conversations/find.js'
import { readMessageInput } from '../../../src/messages/input.js'
import { saveMessage } from '../../../src/messages/save.js'
import { MESSAGE_BODY_LIMIT, MessageInputSchema, MessageSchema } from '../../../src/messages/schemas.js'
import { IdSchema, problems, ref, requires } from '../../../src/schemas.js'

/** Paths of other requests of LibreChat's clients. None of them is a conversation id. */
const otherActions = ['branch', 'artifact', 'artifact/:messageId', 'new']

/** POST /api/messages/:conversationId: stores a message, and creates the conversation if needed. */
const save: FastifyPluginAsyncTypebox = async (fastify) => {
  const { database, quota } = fastify
  for (const name of otherActions) fastify.post(`/${name}`, { schema: { hide: true } }, (_request, reply) => reply.callNotFound())

  fastify.post('/:conversationId', {
    bodyLimit: MESSAGE_BODY_LIMIT,
    schema: {
      operationId: 'saveMessage',
      summary: 'Save a message under the id you chose for it, new or known',
      tags: ['messages'],
      security: requires('write'),
      params: Type.Object({ conversationId: IdSchema }),
      body: MessageInputSchema,
      response: { 201: ref(MessageSchema), ...problems(400, 403, 409, 413, 415, 507) }
    }
  }, async (request, reply) => {
    const userNo = request.signedIn().no
    const { conversationId } = request.params
    const message = readMessageInput(conversationId, request.body)
    const isNew = quota.maxConversations > 0 && !findConversation(database.reader, userNo, conversationId)
    request.assertRoom({ conversations: isNew ? 1 : 0, bytes: Number(request.headers['content-length'] ?? 0) })
    const saved = await saveMessage(database.writer, { userNo, conversationId, message, now: Date.now() })
    return reply.code(201).send(saved)
  })
}

export default save
