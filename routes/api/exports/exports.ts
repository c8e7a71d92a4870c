import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ExportRequestSchema, ExportStatusSchema, readSelection, viewExport } from '../../../src/exports/schemas.js'
import { statusEvent } from '../../../src/jobs/event-stream.js'
import { statusResponse } from '../../../src/jobs/schemas.js'
import { fileResponse, IdSchema, problems, ref, requires } from '../../../src/schemas.js'

/** /api/exports: exports many conversations to a file in the background, and returns the file. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  const params = Type.Object({ exportId: IdSchema })
  const security = requires('export')
  const tags = ['exports']

  fastify.post('', {
    schema: {
      operationId: 'startExport',
      summary: 'Start an export of many conversations',
      description: 'The file is made in the background; `Location` tells how it goes on. An account has one export at a time: while one is ' +
        'under way another is refused with 409, and starting one removes the file of the one before.',
      tags,
      security,
      body: ExportRequestSchema,
      response: { 202: ref(ExportStatusSchema), ...problems(400, 409, 413, 415, 507) }
    }
  }, async (request, reply) => {
    const { format, branches = 'active', style = 'messages', ...which } = request.body
    const options = { branches, style, address: `${request.protocol}://${request.host}` }
    const status = await fastify.exports.start(request.signedIn().no, { format, options, selection: readSelection(which) })
    return reply.code(202).header('location', `/api/exports/${status.id}`).send(viewExport(status))
  })

  fastify.get('', {
    schema: {
      operationId: 'listExports',
      summary: 'List your exports: the one under way, or the last one',
      tags,
      security,
      response: { 200: Type.Object({ exports: Type.Array(ref(ExportStatusSchema)) }) }
    }
  }, async (request) => ({ exports: fastify.exports.list(request.signedIn().no).map(viewExport) }))

  fastify.get('/:exportId', {
    schema: {
      operationId: 'getExport',
      summary: 'See how an export stands',
      description: 'With `Accept: text/event-stream` the answer goes on: a `status` event after each change, until the export is over. ' +
        'A user has at most 10 such streams open.',
      tags,
      security,
      params,
      response: { 200: statusResponse(ExportStatusSchema, 'How the export stands.'), ...problems(400, 404) }
    }
  }, async (request, reply) => {
    const { no } = request.signedIn()
    const { exportId } = request.params
    const status = fastify.exports.status(no, exportId)
    if (!request.headers.accept?.includes('text/event-stream')) return viewExport(status)
    return reply.sendEvents(no, fastify.exports.watch(no, exportId, request.signal, (status) => statusEvent(viewExport(status))))
  })

  fastify.get('/:exportId/file', {
    schema: {
      operationId: 'downloadExport',
      summary: 'Download the file of an export',
      tags,
      security,
      params,
      response: { 200: fileResponse, ...problems(400, 404, 409) }
    }
  }, async (request, reply) => reply.sendExport(fastify.exports.file(request.signedIn().no, request.params.exportId)))

  fastify.delete('/:exportId', {
    schema: {
      operationId: 'deleteExport',
      summary: 'Stop an export, or remove its file',
      tags,
      security,
      params,
      response: { 200: ref(ExportStatusSchema), ...problems(400, 403, 404, 413, 415) }
    }
  }, async (request) => viewExport(await fastify.exports.remove(request.signedIn().no, request.params.exportId)))
}

export default routes
