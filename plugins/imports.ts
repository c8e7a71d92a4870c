import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type {} from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { assertDiskRoom } from '../src/disk-room.js'
import { MIN_PACE, watchPace } from '../src/arrival-pace.js'
import { DomainError } from '../src/errors.js'
import { assertRoom } from '../src/accounts/quota.js'
import { emptyReport, type ImportProgress } from '../src/imports/report.js'
import { type ImportRequest, runImport } from '../src/imports/run-import.js'
import { type UploadDirectory, uploadsIn } from '../src/imports/uploads.js'
import { createJobs, type Jobs, type JobTask } from '../src/jobs/jobs.js'
import { createJobQueue } from '../src/jobs/queue.js'
import { createUserLimit } from '../src/jobs/user-limit.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Running and finished imports of this process. */
    imports: Jobs<ImportProgress>
    /**
     * Stores the one file of a multipart request and starts its import for a user. The route registers the parser.
     * @throws {DomainError} TOO_MANY_REQUESTS, BUSY when the server stops; what is wrong with the file or its form.
     */
    importUpload (request: FastifyRequest, options: ImportOptions): Promise<{ id: string, finished: Promise<ImportProgress> }>
  }
}

type ImportOptions = Pick<ImportRequest, 'userNo' | 'restoreDeleted' | 'dryRun'>

/** Simultaneous uploads of one user. */
const MAX_UPLOADS_PER_USER = 3

/** An upload takes its size on the disk twice: as the uploaded file and as rows of the database. */
const UPLOAD_COPIES = 2

/** The name of the form field that carries the file. */
const FIELD = 'file'

/** Uploads of history files. They are streamed to disk and imported from there. */
export default fp(async (fastify) => {
  const uploads = uploadsIn(await fastify.workFolder('uploads'))
  const jobs = createJobs<ImportProgress>(createJobQueue('imports'), {
    what: 'import',
    onCleanUpError: (error) => fastify.log.warn(error, 'An upload could not be removed; the next start removes it')
  })
  const underWay = createUserLimit(MAX_UPLOADS_PER_USER)

  fastify.decorate('imports', jobs)
  fastify.decorate('importUpload', async (request, options) => {
    const { userNo } = options
    // A file that would be refused is not received.
    jobs.assertRoom(userNo)
    const release = underWay.take(userNo)
    if (!release) throw new DomainError('TOO_MANY_REQUESTS', `You are sending ${MAX_UPLOADS_PER_USER} files already. Wait until one has arrived.`)
    const upload = await receiveOne(request, uploads).finally(release)
    try {
      return jobs.start(userNo, importOf(upload, options))
    } catch (error) {
      await uploads.remove(upload.path)
      throw error
    }
  })

  function importOf ({ path, name }: Upload, options: ImportOptions): JobTask<ImportProgress> {
    return {
      initial: { bytesRead: 0, bytesTotal: 0, report: emptyReport(options.dryRun) },
      async work ({ onProgress, signal }) {
        let bytesTotal = 0
        const report = await runImport(fastify.database.writer, {
          ...options,
          path,
          fileName: name,
          directory: uploads.path,
          now: Date.now(),
          assertRoom: () => assertRoom(fastify.database.reader, options.userNo, fastify.quota, {}),
          discardLater: fastify.housekeeping.discardLater
        }, {
          signal,
          onProgress (progress) {
            bytesTotal = progress.bytesTotal
            onProgress(progress)
          }
        })
        return { bytesRead: bytesTotal, bytesTotal, report }
      },
      async cleanUp () {
        await uploads.remove(path)
        fastify.housekeeping.schedule()
      }
    }
  }

  fastify.addHook('preClose', () => jobs.close())
}, { name: 'imports', dependencies: ['database', 'quota', 'work-folders'] })

/** An upload on disk, with its file name from the request. */
interface Upload { path: string, name: string }

/**
 * Stores the one file of a request. Any other form is refused and leaves no file. A file that arrives too slowly, or
 * whose connection closes early, is refused too. The parser's streams do not report that in every case.
 */
async function receiveOne (request: FastifyRequest, uploads: UploadDirectory): Promise<Upload> {
  if (!request.isMultipart()) throw new DomainError('UNSUPPORTED_MEDIA', 'Send the file as multipart/form-data.')
  if (request.headers['content-encoding'] !== undefined) {
    throw new DomainError('UNSUPPORTED_MEDIA', 'Send the file without Content-Encoding.')
  }
  await assertDiskRoom(uploads.path, UPLOAD_COPIES * Number(request.headers['content-length'] ?? 0))
  const cut = new AbortController()
  const { failed, release } = watchArrival(request.raw)
  failed.catch(() => cut.abort())
  const received: Upload[] = []
  try {
    return await Promise.race([storeParts(request, uploads, received, cut.signal), failed])
  } catch (error) {
    // Not in `storeParts`, because the parser can wait for ever for the rest of a body that was cut off.
    await Promise.all(received.map(({ path }) => uploads.remove(path).catch(() => undefined)))
    throw error
  } finally {
    release()
  }
}

/** Returns a promise that rejects when a body stops arriving. `release` ends the watch. */
function watchArrival (raw: IncomingMessage) {
  const { socket } = raw
  let release = () => { /* Nothing is watched yet. */ }
  const failed = new Promise<never>((_resolve, reject) => {
    function end () {
      if (!raw.complete) reject(new DomainError('INVALID', 'The connection ended before the whole file had arrived. Send it again.', FIELD))
    }
    raw.once('close', end)
    if (raw.destroyed) end()
    // A request that a test injects has no socket.
    const progress = { bytesRead: () => socket.bytesRead, isPaused: () => raw.isPaused() || raw.complete }
    const endWatch = socket instanceof Socket ? watchPace(MIN_PACE, progress, () => reject(tooSlow())) : null
    release = () => {
      raw.off('close', end)
      endWatch?.()
    }
  })
  return { failed, release }
}

function tooSlow () {
  return new DomainError('REQUEST_TIMEOUT', 'The file arrived too slowly. Send it again over a faster connection.', FIELD)
}

/** Stores the one file of a request and returns it. Files are added to `received` as soon as they are there. */
async function storeParts (request: FastifyRequest, { receive, remove }: UploadDirectory, received: Upload[], signal: AbortSignal): Promise<Upload> {
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file' || part.fieldname !== FIELD) throw unexpectedPart(part.fieldname)
      const file = { path: await receive(part.file, signal), name: part.filename }
      received.push(file)
      // The request has failed meanwhile.
      if (signal.aborted) await remove(file.path)
      if (part.file.truncated) throw tooLarge()
    }
    signal.throwIfAborted()
  } catch (error) {
    throw asRefusal(error)
  }
  const [file] = received
  if (!file) throw new DomainError('INVALID', `Send one file in the field "${FIELD}".`, FIELD)
  return file
}

function unexpectedPart (name: string) {
  return new DomainError('INVALID', `Send one file in the field "${FIELD}" and nothing else.`, name)
}

function tooLarge () {
  return new DomainError('TOO_LARGE', 'File exceeds the maximum allowed size. Zip it, export less at once, or ask who runs this server to raise ' +
    'CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES.', FIELD)
}

/**
 * Returns an error of the multipart parser as a refusal, because only the request causes such errors. Errors of the disk
 * stay.
 */
function asRefusal (error: unknown): unknown {
  if (error instanceof DomainError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge()
  if (/^FST_(PARTS|FILES|FIELDS)_LIMIT$/.test(code)) return unexpectedPart(FIELD)
  if (/^E[A-Z]+$/.test(code) && code !== 'ECONNRESET' && code !== 'EPIPE') return error
  return new DomainError('INVALID', `The multipart body cannot be read: ${error.message}. Send the file again, as multipart/form-data.`, FIELD)
}
