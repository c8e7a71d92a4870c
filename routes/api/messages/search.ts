import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems, ref, requires } from '../../../src/schemas.js'
import { streamHits } from '../../../src/search/find/hit-view.js'
import { countWithAny, searchMessages } from '../../../src/search/find/messages.js'
import { AnyCountSchema, FoundMessageSchema, MessageSearchSchema, readMessageQuery } from '../../../src/search/find/schemas.js'

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
          anyCount: AnyCountSchema
        }, { title: 'MessagePage' }),
        ...problems(400)
      }
    }
  }, async (request, reply) => {
    const { reader } = fastify.database
    const { no } = request.signedIn()
    const query = readMessageQuery(request.query)
    const page = searchMessages(reader, no, query)
    return reply.streamJson(streamHits(reader, page, countWithAny(reader, no, query, page)))
  })
}

export default search
