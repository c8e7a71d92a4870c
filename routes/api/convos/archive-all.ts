import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { archiveAllConversations } from '../../../src/conversations/commands.js'
import { problems, requires } from '../../../src/schemas.js'

/** POST /api/convos/archive/all: archives all conversations. */
const archiveAll: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/archive/all', {
    schema: {
      operationId: 'archiveAllConversations',
      summary: 'Archive every conversation',
      tags: ['conversations'],
      security: requires('write'),
      response: {
        200: Type.Object({ archivedCount: Type.Integer({ minimum: 0 }) }, { examples: [{ archivedCount: 12 }] }),
        ...problems(400, 413, 415)
      }
    }
  }, async (request) => archiveAllConversations(fastify.database.writer, { userNo: request.signedIn().no, now: Date.now() }))
}

export default archiveAll
