import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { FlagSchema } from '../../../src/conversations/list-query.js'
import { ImportReportSchema } from '../../../src/imports/schemas.js'
import { problems, ref } from '../../../src/schemas.js'

/** POST /api/convos/import: takes in a history as it was downloaded elsewhere. */
const importHistory: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('/import', {
    config: { limits: 'import' },
    schema: {
      operationId: 'importConversations',
      summary: 'Import a chat history: the JSON or zip file you downloaded',
      tags: ['conversations'],
      consumes: ['multipart/form-data'],
      querystring: Type.Object({ restoreDeleted: FlagSchema }),
      response: { 201: ref(ImportReportSchema), ...problems(400, 413, 415) }
    }
  }, async (request, reply) => {
    const report = await fastify.importUpload(request, {
      userNo: request.signedIn().no, restoreDeleted: request.query.restoreDeleted === 'true'
    })
    return reply.code(201).send({ message: 'Conversation(s) imported successfully', ...report })
  })
}

export default importHistory
