import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { IdSchema, problems, requires } from '../../../src/schemas.js'

/** GET /api/convos/gen_title/:conversationId: a conversation's title, generated if it has none. */
const genTitle: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/gen_title/:conversationId', {
    schema: {
      operationId: 'generateTitle',
      summary: 'Get the title of a conversation, generated if nobody named it',
      description: 'A conversation that is still called "New Chat" gets a title from its first messages, once; `updatedAt` stays. ' +
        'The answer is 404 while there is nothing to make one from, and where none is made: see `detail`.',
      tags: ['conversations'],
      security: requires('write'),
      params: Type.Object({ conversationId: IdSchema }),
      response: {
        200: Type.Object({ title: Type.String() }, { examples: [{ title: 'Trip to Lisbon' }] }),
        ...problems(400, 404)
      }
    }
  }, async (request) => {
    const { no } = request.signedIn()
    return { title: await fastify.titles.titleOf(no, request.params.conversationId) }
  })
}

export default genTitle
