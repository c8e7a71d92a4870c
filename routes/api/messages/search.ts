import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems, ref, requires } from '../../../src/schemas.js'
import { AnyCountSchema, CorrectedSearchSchema, FoundMessageSchema, IndexedShareSchema, MessageSearchSchema, readMessageQuery } from '../../../src/search/find/schemas.js'

/** GET /api/messages: the caller's messages that match a search. */
const search: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('', {
    schema: {
      operationId: 'searchMessages',
      summary: 'Search messages, a page at a time',
      tags: ['messages'],
      security: requires('read'),
      querystring: MessageSearchSchema,
      response: {
        200: Type.Object({
          messages: Type.Array(ref(FoundMessageSchema)),
          nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page.', examples: [null] }),
          correctedSearch: CorrectedSearchSchema,
          anyCount: AnyCountSchema,
          indexedShare: IndexedShareSchema
        }, { title: 'MessagePage' }),
        ...problems(400)
      }
    }
  }, async (request, reply) => reply.sendJson(await request.search('messages', readMessageQuery(request.query))))
}

export default search
