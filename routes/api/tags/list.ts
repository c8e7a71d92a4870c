import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { OptionalLimitSchema } from '../../../src/paging/limit.js'
import { problems, ref, requires } from '../../../src/schemas.js'
import { listTags, pageOfTags, viewTag } from '../../../src/tags/queries.js'
import { TagSchema } from '../../../src/tags/schemas.js'

/** Page size when the request has no `limit`. */
const MAX_PAGE_TAGS = 100

/** GET /api/tags: the caller's tags in their order, with the number of conversations of each. */
const list: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('', {
    schema: {
      operationId: 'listTags',
      summary: 'List tags, with how many conversations carry each',
      description: 'All of them, up to 1,000. With `limit` or `cursor` a page of them; `Link` leads to the next one.',
      tags: ['tags'],
      security: requires('read'),
      querystring: Type.Object({
        limit: OptionalLimitSchema,
        cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'The `cursor` in the `Link` of the page before.' }))
      }),
      response: { 200: Type.Array(ref(TagSchema)), ...problems(400) }
    }
  }, async (request, reply) => {
    const { no, id } = request.signedIn()
    const { reader } = fastify.database
    const { limit, cursor } = request.query
    if (limit === undefined && cursor === undefined) return listTags(reader, no).map((tag) => viewTag(tag, id))
    const { tags, nextCursor } = pageOfTags(reader, no, { limit: Number(limit ?? MAX_PAGE_TAGS), cursor })
    if (nextCursor !== null) reply.header('link', `</api/tags?limit=${limit ?? MAX_PAGE_TAGS}&cursor=${encodeURIComponent(nextCursor)}>; rel="next"`)
    return tags.map((tag) => viewTag(tag, id))
  })
}

export default list
