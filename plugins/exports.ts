import { randomUUID } from 'node:crypto'
import { open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { create as contentDisposition } from 'content-disposition'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'
import { createExports, type ExportedFile, type Exports } from '../src/exports/service.js'
import { isMissingFile } from '../src/missing-file.js'
import { fromHome } from '../src/paths.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Running exports, and the files of finished ones. */
    exports: Exports
  }
  interface FastifyReply {
    /** Sends a file as a download. `isLast` removes the file. The type `never` fits every response schema. */
    sendExport (file: ExportedFile, isLast?: boolean): Promise<never>
    /** Answers HEAD as `sendExport` would, without a length, for a file that is not made. */
    sendExportHead (file: Pick<ExportedFile, 'name' | 'mediaType'>): never
  }
}

const HOUR_MS = 3_600_000

/** Exports of conversations. Threads create them. Their files are kept beside the database for `EXPORT_KEEP_HOURS`. */
export default fp(async (fastify) => {
  const { config: { DATABASE_PATH: path, EXPORT_KEEP_HOURS: keepHours }, database: { reader } } = fastify
  const folder = await fastify.workFolder('exports')

  fastify.decorate('exports', createExports({
    reader,
    folder,
    databaseFile,
    keepMs: keepHours * HOUR_MS,
    onCleanUpError: (error) => fastify.log.warn(error, 'An export could not be removed; the next start removes it'),
    onFailed: (error) => fastify.logFailure(error, null)
  }))
  fastify.addHook('preClose', () => fastify.exports.close())

  /** A thread can only open a file, so a database in memory is copied to one. */
  async function databaseFile () {
    if (path !== ':memory:') return { path: fromHome(path), release: async () => {} }
    const copy = join(folder, `${randomUUID()}.db`)
    await writeFile(copy, reader.$client.serialize(), { mode: 0o600 })
    return { path: copy, release: () => rm(copy, { force: true }) }
  }

  fastify.decorateReply('sendExport', async function (this: FastifyReply, { path, name, mediaType }: ExportedFile, isLast = false) {
    // The next export removes it, and so does the end of its time.
    const file = await open(path).catch((error: unknown) => { throw isMissingFile(error) ? new DomainError('NOT_FOUND', 'Export not found') : error })
    let size: number
    try {
      // An open file can be read to its end after it is removed.
      if (isLast) await rm(path, { force: true })
      size = (await file.stat()).size
    } catch (error) {
      await file.close()
      throw error
    }
    return describe(this, { name, mediaType }).header('content-length', size).send(file.createReadStream()) as never
  })

  fastify.decorateReply('sendExportHead', function (this: FastifyReply, file: Pick<ExportedFile, 'name' | 'mediaType'>) {
    // A stream, because Fastify would say the length of anything else: 0.
    return describe(this, file).send(Readable.from([])) as never
  })
}, { name: 'exports', dependencies: ['database', 'work-folders'] })

function describe (reply: FastifyReply, { name, mediaType }: Pick<ExportedFile, 'name' | 'mediaType'>) {
  return reply.type(mediaType).header('content-disposition', contentDisposition(name))
}
