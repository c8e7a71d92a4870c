import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ImportStatusSchema, viewImport } from '../../../src/imports/schemas.js'
import { statusEvent } from '../../../src/jobs/event-stream.js'
import { statusResponse } from '../../../src/jobs/schemas.js'
import { IdSchema, problems, ref, requires } from '../../../src/schemas.js'

/** GET and DELETE /api/convos/import/:importId: the progress of an import, and its cancellation. */
const importStatus: FastifyPluginAsyncTypebox = async (fastify) => {
  const params = Type.Object({ importId: IdSchema })

  fastify.get('/import/:importId', {
    schema: {
      operationId: 'getImport',
      summary: 'See how an import stands',
      description: 'With `Accept: text/event-stream` the answer goes on: a `status` event after each change, until the import is over. ' +
        'A user has at most 10 such streams open.',
      tags: ['conversations'],
      security: requires('import'),
      params,
      response: {
        200: statusResponse(ImportStatusSchema, 'How the import stands.'),
        ...problems(400, 404)
      }
    }
  }, async (request, reply) => {
    const { no } = request.signedIn()
    const { importId } = request.params
    const status = fastify.imports.status(no, importId)
    if (!request.headers.accept?.includes('text/event-stream')) return viewImport(status)
    return reply.sendEvents(no, fastify.imports.watch(no, importId, request.signal, (status) => statusEvent(viewImport(status))))
  })

  fastify.delete('/import/:importId', {
    schema: {
      operationId: 'cancelImport',
      summary: 'Stop an import; nothing of it is left',
      tags: ['conversations'],
      security: requires('import'),
      params,
      response: { 200: ref(ImportStatusSchema), ...problems(400, 403, 404, 413, 415) }
    }
  }, async (request) => viewImport(await fastify.imports.cancel(request.signedIn().no, request.params.importId)))
}

export default importStatus
