import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { IdSchema, problems, requires, TagNameSchema } from '../../../src/schemas.js'
import { setConversationTags } from '../../../src/tags/commands.js'
import { readTagNames } from '../../../src/tags/input.js'
import { TagNamesSchema } from '../../../src/tags/schemas.js'

/** PUT /api/tags/convo/:conversationId: replaces the tags of one conversation. */
const tagConversation: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.put('/convo/:conversationId', {
    schema: {
      operationId: 'setConversationTags',
      summary: 'Replace the tags of a conversation',
      tags: ['tags'],
      security: requires('write'),
      params: Type.Object({ conversationId: IdSchema }),
      body: Type.Object({
        tags: TagNamesSchema,
        tag: Type.Optional(Type.String({ ...TagNameSchema, description: 'The tag that changed; clients send it, nothing reads it.' }))
      }, { additionalProperties: false, examples: [{ tags: ['travel', 'work'] }] }),
      response: { 200: TagNamesSchema, ...problems(400, 403, 404, 409, 413, 415) }
    }
  }, async (request) => {
    const userNo = request.signedIn().no
    const tags = readTagNames(request.body.tags)
    return setConversationTags(fastify.database.writer, { ...request.params, userNo, tags, now: Date.now() })
  })
}

export default tagConversation
