import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { IdSchema, problems, ref, requires, TagNameSchema } from '../../../src/schemas.js'
import { createTag } from '../../../src/tags/commands.js'
import { readNewTag } from '../../../src/tags/input.js'
import { viewTag } from '../../../src/tags/queries.js'
import { TagDescriptionSchema, TagSchema } from '../../../src/tags/schemas.js'

/** POST /api/tags: creates a tag, and adds it to a conversation if the request names one. */
const create: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.post('', {
    schema: {
      operationId: 'createTag',
      summary: 'Make a tag, and put it on a conversation if you name one',
      tags: ['tags'],
      security: requires('write'),
      body: Type.Object({
        tag: TagNameSchema,
        description: Type.Optional(TagDescriptionSchema),
        addToConversation: Type.Optional(Type.Boolean()),
        conversationId: Type.Optional(IdSchema)
      }, { additionalProperties: false, examples: [{ tag: 'travel', description: 'Trips and plans' }] }),
      response: { 200: ref(TagSchema), ...problems(400, 403, 404, 409, 413, 415) }
    }
  }, async (request) => {
    const { no, id } = request.signedIn()
    const tag = await createTag(fastify.database.writer, { ...readNewTag(request.body), userNo: no, now: Date.now() })
    return viewTag(tag, id)
  })
}

export default create
