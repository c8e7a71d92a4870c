import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems, requires } from '../../../src/schemas.js'

/** GET /api/search/enable: whether search is available. It always is. */
const enable: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/enable', {
    schema: {
      operationId: 'getSearchEnabled',
      summary: 'Whether conversations and messages can be searched: yes',
      tags: ['server'],
      security: requires('read'),
      response: { 200: Type.Boolean({ examples: [true] }), ...problems() }
    }
  }, async () => true)
}

export default enable
