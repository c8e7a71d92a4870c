import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { editMessage } from '../../../src/messages/commands.js'
import { MESSAGE_BODY_LIMIT, MessageEditSchema, MessageSchema } from '../../../src/messages/schemas.js'
import { IdSchema, IfMatchSchema, problems, ref, requires } from '../../../src/schemas.js'

/** PUT /api/messages/:conversationId/:messageId: changes the text of a message or of one content part. */
const edit: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.put('/:conversationId/:messageId', {
    bodyLimit: MESSAGE_BODY_LIMIT,
    schema: {
      operationId: 'editMessage',
      summary: 'Change the text of a message, or of one part of its content',
      tags: ['messages'],
      security: requires('write'),
      headers: IfMatchSchema,
      params: Type.Object({ conversationId: IdSchema, messageId: IdSchema }),
      body: MessageEditSchema,
      response: { 200: ref(MessageSchema), ...problems(400, 403, 404, 409, 412, 413, 415) }
    }
  }, async (request) => {
    const userNo = request.signedIn().no
    const { body, params } = request
    return await editMessage(fastify.database.writer, { ...params, userNo, ifMatch: request.ifMatch(), edit: body, roomBytes: request.roomBytes(), now: Date.now() })
  })
}

export default edit
