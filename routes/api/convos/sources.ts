import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { listSources } from '../../../src/imports/list-sources.js'
import { requires } from '../../../src/schemas.js'

/** GET /api/convos/sources: where the caller's imported conversations came from. */
const sources: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/sources', {
    schema: {
      operationId: 'listSources',
      summary: 'List the formats that conversations were imported from',
      description: 'As `source` of the list and of a search takes them. A format stays when its conversations are deleted.',
      tags: ['conversations'],
      security: requires('read'),
      response: { 200: Type.Array(Type.String({ examples: ['chatgpt'] }), { description: 'Sorted.' }) }
    }
  }, (request) => listSources(fastify.database.reader, request.signedIn().no))
}

export default sources
