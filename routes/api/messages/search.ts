import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems, ref, requires } from '../../../src/schemas.js'
import { streamHits } from '../../../src/search/find/hit-view.js'
import { searchMessages } from '../../../src/search/find/messages.js'
import { FoundMessageSchema, MessageSearchSchema } from '../../../src/search/find/schemas.js'

/** GET /api/messages: the caller's messages that a search finds. */
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
          nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page.', examples: [null] })
        }, { title: 'MessagePage' }),
        ...problems(400)
      }
    }
  }, async (request, reply) => {
    const { reader } = fastify.database
    const { search = '', pageSize, match, sort, conversationId, cursor } = request.query
    const page = searchMessages(reader, request.signedIn().no, {
      search, pageSize: Number(pageSize), ...(match && { match }), ...(sort && { sort }), ...(conversationId && { conversationId }), ...(cursor && { cursor })
    })
    return reply.streamJson(streamHits(reader, page))
  })
}

export default search
