import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { requireKeyForRead } from '../../../src/conversations/find.js'
import { requireMessage } from '../../../src/messages/find.js'
import { MessageSchema } from '../../../src/messages/schemas.js'
import { versionOfMessage } from '../../../src/messages/version.js'
import { viewMessage } from '../../../src/messages/view.js'
import { IdSchema, notModified, problems, ref, requires } from '../../../src/schemas.js'

/** GET /api/messages/:conversationId/:messageId: one message, in a list of one as in LibreChat. */
const get: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/:conversationId/:messageId', {
    config: { etag: true },
    schema: {
      operationId: 'getMessage',
      summary: 'Get one message, as a list of one',
      tags: ['messages'],
      security: requires('read'),
      params: Type.Object({ conversationId: IdSchema, messageId: IdSchema }),
      response: { 304: notModified, 200: Type.Array(ref(MessageSchema)), ...problems(400, 404) }
    }
  }, async (request, reply) => {
    const { reader } = fastify.database
    const { conversationId, messageId } = request.params
    const pk = requireKeyForRead(reader, request.signedIn().no, conversationId)
    const message = requireMessage(reader, pk, messageId)
    reply.header('etag', `"${versionOfMessage(message)}"`)
    return reply.send([viewMessage(message, conversationId)])
  })
}

export default get
