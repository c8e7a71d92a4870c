import multipart from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'
import { createImportQueue } from '../src/imports/queue.js'
import type { ImportReport } from '../src/imports/report.js'
import { runImport } from '../src/imports/run-import.js'
import { openUploads } from '../src/imports/uploads.js'
import { fromPackageRoot } from '../src/paths.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Takes the one file of a multipart request and imports it for a user. */
    importUpload (request: FastifyRequest, options: { userNo: number, restoreDeleted: boolean }): Promise<ImportReport>
  }
}

/** The name of the form field that carries the file. */
const FIELD = 'file'

/** Uploads of history files, streamed to disk and imported from there. */
export default fp(async (fastify) => {
  const { DATABASE_PATH: path, CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: fileSize } = fastify.config
  await fastify.register(multipart, {
    limits: { fileSize, files: 1, fields: 0, parts: 1, fieldNameSize: 64, headerPairs: 20 }
  })
  const uploads = await openUploads(path === ':memory:' ? path : fromPackageRoot(path))
  const queue = createImportQueue()

  fastify.decorate('importUpload', async (request, { userNo, restoreDeleted }) => {
    const file = await receiveOne(request, uploads.receive, uploads.remove)
    try {
      return await queue.run(userNo, () => runImport(fastify.storage.writer, {
        path: file, directory: uploads.path, userNo, restoreDeleted, now: Date.now()
      }))
    } finally {
      await uploads.remove(file)
      fastify.housekeeping.nudge()
    }
  })
}, { name: 'imports', dependencies: ['database'] })

type Receive = Awaited<ReturnType<typeof openUploads>>['receive']
type Remove = Awaited<ReturnType<typeof openUploads>>['remove']

/** The path of the one file a request carries; any other form is refused and leaves no file. */
async function receiveOne (request: FastifyRequest, receive: Receive, remove: Remove) {
  if (!request.isMultipart()) throw new DomainError('UNSUPPORTED_MEDIA', 'Send the file as multipart/form-data')
  if (request.headers['content-encoding'] !== undefined) {
    throw new DomainError('UNSUPPORTED_MEDIA', 'Send the file without Content-Encoding')
  }
  let file: string | null = null
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file' || part.fieldname !== FIELD) throw unexpectedPart(part.fieldname)
      file = await receive(part.file)
      if (part.file.truncated) throw tooLarge()
    }
  } catch (error) {
    if (file !== null) await remove(file)
    throw asRefusal(error)
  }
  if (file === null) throw new DomainError('INVALID', `Send one file in the field "${FIELD}"`, FIELD)
  return file
}

function unexpectedPart (name: string) {
  return new DomainError('INVALID', `Send one file in the field "${FIELD}" and nothing else`, name)
}

function tooLarge () {
  return new DomainError('TOO_LARGE', 'File exceeds the maximum allowed size', FIELD)
}

/** What the multipart parser throws is about the request, whatever it is; only a fault of the disk is not. */
function asRefusal (error: unknown): unknown {
  if (error instanceof DomainError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge()
  if (/^FST_(PARTS|FILES|FIELDS)_LIMIT$/.test(code)) return unexpectedPart(FIELD)
  if (/^E[A-Z]+$/.test(code) && code !== 'ECONNRESET' && code !== 'EPIPE') return error
  return new DomainError('INVALID', `The multipart body cannot be read: ${error.message}`, FIELD)
}
