import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { listConversations } from '../../../src/conversations/list.js'
import { ListQuerySchema, readListQuery } from '../../../src/search/find/list-query.js'
import { streamPage } from '../../../src/conversations/list-row.js'
import { ConversationRowSchema } from '../../../src/conversations/schemas.js'
import { conversationFilter } from '../../../src/search/find/conversations.js'
import { AnyCountSchema, CorrectedSearchSchema, IndexedShareSchema } from '../../../src/search/find/schemas.js'
import { isSearch } from '../../../src/search/thread/searches.js'
import { notModified, problems, ref, requires } from '../../../src/schemas.js'

/** GET /api/convos: one page of the caller's conversations. */
const list: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('', {
    config: { etag: true },
    schema: {
      operationId: 'listConversations',
      summary: 'List conversations, a page at a time',
      tags: ['conversations'],
      security: requires('read'),
      querystring: ListQuerySchema,
      response: {
        304: notModified,
        200: Type.Object({
          conversations: Type.Array(ref(ConversationRowSchema)),
          nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page.', examples: [null] }),
          correctedSearch: CorrectedSearchSchema,
          anyCount: AnyCountSchema,
          indexedShare: IndexedShareSchema
        }, { title: 'ConversationPage' }),
        ...problems(400)
      }
    }
  }, async (request, reply) => {
    const { no, id } = request.signedIn()
    const listRequest = readListQuery(request.query)
    reply.header('etag', request.stateTag())
    if (isSearch(listRequest.query)) return reply.sendJson(await request.search('conversations', { userId: id, ...listRequest }))
    const { rows, nextCursor } = listConversations(fastify.database.reader, no, listRequest.query, conversationFilter)
    return reply.streamJson(streamPage(rows, nextCursor, id))
  })
}

export default list
