import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { DomainError } from '../../../src/errors.js'
import { ImportReportSchema, ImportStatusSchema, viewImport } from '../../../src/imports/schemas.js'
import { FlagSchema, problems, ref, requires } from '../../../src/schemas.js'

/** POST /api/convos/import: imports an exported history. */
const importHistory: FastifyPluginAsyncTypebox = async (fastify) => {
  // Registered in this context only. Other routes refuse a multipart body as an unsupported type.
  await fastify.register(multipart, {
    limits: {
      fileSize: fastify.config.CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES,
      files: 1,
      fields: 0,
      parts: 1,
      fieldNameSize: 64,
      headerPairs: 20
    }
  })
  fastify.addContentTypeParser('*', (_request, _payload, done) => {
    done(new DomainError('UNSUPPORTED_MEDIA', 'Send the file as multipart/form-data.'))
  })
  fastify.post('/import', {
    config: { limits: 'import', takesUploads: true },
    schema: {
      operationId: 'importConversations',
      summary: 'Import a chat history: the JSON or zip file you downloaded',
      description: 'With `Prefer: respond-async` (RFC 7240) the answer comes once the file has arrived, and its ' +
        '`Location` tells how the import goes on.',
      tags: ['conversations'],
      security: requires('import'),
      consumes: ['multipart/form-data'],
      headers: Type.Object({ prefer: Type.Optional(Type.String({ description: '`respond-async` answers at once (RFC 7240).', examples: ['respond-async'] })) }),
      querystring: Type.Object({
        restoreDeleted: Type.Union(FlagSchema.anyOf, { default: 'false', description: 'Whether conversations you deleted here come back.' }),
        dryRun: Type.Union(FlagSchema.anyOf, { default: 'false', description: 'Only tell what would happen; answered with 200.' })
      }),
      response: {
        200: ref(ImportReportSchema),
        201: ref(ImportReportSchema),
        202: ref(ImportStatusSchema),
        ...problems(400, 409, 413, 415, 507)
      }
    }
  }, async (request, reply) => {
    const userNo = request.signedIn().no
    const { restoreDeleted, dryRun } = request.query
    request.assertRoom({ bytes: 1 })
    const started = await fastify.importUpload(request, {
      userNo, restoreDeleted: restoreDeleted === 'true', dryRun: dryRun === 'true'
    })
    if (request.headers.prefer?.includes('respond-async')) {
      started.finished.catch((error: unknown) => fastify.logFailure(error, request.id))
      const status = viewImport(fastify.imports.status(userNo, started.id))
      return reply.code(202).header('location', `/api/convos/import/${started.id}`).send(status)
    }
    const { report } = await started.finished
    if (report.dryRun) return { message: 'This was a dry run: nothing was stored', ...report }
    return reply.code(201).send({ message: 'Conversation(s) imported successfully', ...report })
  })
}

export default importHistory
