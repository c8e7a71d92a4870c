import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ConversationExportQuerySchema } from '../../../src/exports/schemas.js'
import { fileResponse, IdSchema, problems, requires } from '../../../src/schemas.js'

/** GET /api/convos/:conversationId/export: one conversation as a file. */
const exportConversation: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/:conversationId/export', {
    schema: {
      operationId: 'exportConversation',
      summary: 'Download one conversation as a file',
      description: '`Content-Disposition` names the file by the title of the conversation.',
      tags: ['exports'],
      security: requires('export'),
      params: Type.Object({ conversationId: IdSchema }),
      querystring: ConversationExportQuerySchema,
      response: { 200: fileResponse, ...problems(400, 404, 507) }
    }
  }, async (request, reply) => {
    const { no } = request.signedIn()
    const { conversationId } = request.params
    const { format, branches, style } = request.query
    if (request.method === 'HEAD') return reply.sendExportHead(await fastify.exports.describeOne(no, conversationId, format))
    const options = { branches, style, address: `${request.protocol}://${request.host}` }
    const file = await fastify.exports.writeOne(no, conversationId, { format, options }, request.signal)
    return reply.sendExport(file, true)
  })
}

export default exportConversation
