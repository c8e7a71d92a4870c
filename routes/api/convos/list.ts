import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { listConversations } from '../../../src/conversations/list.js'
import { ListQuerySchema, readListQuery } from '../../../src/search/find/list-query.js'
import { rowKey, streamPage } from '../../../src/conversations/list-row.js'
import { ConversationRowSchema } from '../../../src/conversations/schemas.js'
import { bestConversations, countWithAny } from '../../../src/search/find/best-conversations.js'
import { conversationFilter } from '../../../src/search/find/conversations.js'
import { readSearch } from '../../../src/search/find/query.js'
import { matchInConversation } from '../../../src/search/find/row-match.js'
import { AnyCountSchema } from '../../../src/search/find/schemas.js'
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
          anyCount: AnyCountSchema
        }, { title: 'ConversationPage' }),
        ...problems(400)
      }
    }
  }, (request, reply) => {
    const { no, id } = request.signedIn()
    const { reader } = fastify.database
    const { query, isRanked, isMatchShown } = readListQuery(request.query)
    const page = isRanked ? bestConversations(reader, no, query) : listConversations(reader, no, query, conversationFilter)
    const terms = isMatchShown ? readSearch(query.search ?? '', no, query.facets)?.required ?? [] : []
    return reply.streamJson(streamPage(page.rows, page.nextCursor, id, {
      anyCount: countWithAny(reader, no, query, page),
      ...(terms.length > 0 && { member: (row: string) => `"match":${JSON.stringify(matchInConversation(reader, rowKey(row), terms))}` })
    }))
  })
}

export default list
