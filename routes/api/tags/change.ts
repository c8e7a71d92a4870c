import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems, ref, requires, TagNameSchema } from '../../../src/schemas.js'
import { changeTag } from '../../../src/tags/commands.js'
import { readTagName } from '../../../src/tags/input.js'
import { viewTag } from '../../../src/tags/queries.js'
import { TagDescriptionSchema, TagPositionSchema, TagSchema } from '../../../src/tags/schemas.js'

/** PUT /api/tags/:tag: renames, describes or moves a tag. */
const change: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.put('/:tag', {
    schema: {
      operationId: 'changeTag',
      summary: 'Rename, describe or move a tag',
      description: 'A name that another tag has merges the two: conversations carry the other one, which keeps its description and place.',
      tags: ['tags'],
      security: requires('write'),
      params: Type.Object({ tag: TagNameSchema }),
      body: Type.Object({
        tag: Type.Optional(TagNameSchema),
        description: Type.Optional(TagDescriptionSchema),
        position: Type.Optional(TagPositionSchema)
      }, { additionalProperties: false, examples: [{ tag: 'journeys', position: 1 }] }),
      response: { 200: ref(TagSchema), ...problems(400, 404, 413, 415) }
    }
  }, async (request) => {
    const { no, id } = request.signedIn()
    const { tag: rename, ...changes } = request.body
    const tag = await changeTag(fastify.database.writer, {
      ...changes, ...(rename !== undefined && { rename: readTagName(rename) }), tag: readTagName(request.params.tag), userNo: no, now: Date.now()
    })
    fastify.housekeeping.schedule()
    return viewTag(tag, id)
  })
}

export default change
