import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems, ref, requires } from '../../../src/schemas.js'
import { listTags, viewTag } from '../../../src/tags/queries.js'
import { TagSchema } from '../../../src/tags/schemas.js'

/** GET /api/tags: the caller's tags in their order, with how many conversations carry each. */
const list: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('', {
    schema: {
      operationId: 'listTags',
      summary: 'List tags, with how many conversations carry each',
      tags: ['tags'],
      security: requires('read'),
      response: { 200: Type.Array(ref(TagSchema)), ...problems() }
    }
  }, async (request) => {
    const { no, id } = request.signedIn()
    return listTags(fastify.database.reader, no).map((tag) => viewTag(tag, id))
  })
}

export default list
