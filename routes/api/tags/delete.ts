import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems, ref, requires, TagNameSchema } from '../../../src/schemas.js'
import { deleteTag } from '../../../src/tags/commands.js'
import { readTagName } from '../../../src/tags/input.js'
import { viewTag } from '../../../src/tags/queries.js'
import { TagSchema } from '../../../src/tags/schemas.js'

/** DELETE /api/tags/:tag: deletes a tag and removes it from its conversations. */
const remove: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.delete('/:tag', {
    schema: {
      operationId: 'deleteTag',
      summary: 'Delete a tag and take it off every conversation',
      tags: ['tags'],
      security: requires('write'),
      params: Type.Object({ tag: TagNameSchema }),
      response: { 200: ref(TagSchema), ...problems(400, 404, 413, 415) }
    }
  }, async (request) => {
    const { no, id } = request.signedIn()
    const tag = await deleteTag(fastify.database.writer, { tag: readTagName(request.params.tag), userNo: no })
    fastify.housekeeping.schedule()
    return viewTag(tag, id)
  })
}

export default remove
