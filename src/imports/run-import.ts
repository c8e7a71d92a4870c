import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import type { JobControl } from '../jobs/jobs.js'
import { threadFile } from '../paths.js'
import { runThread } from '../threads/run.js'
import { OutOfMemoryError } from '../threads/start.js'
import type { Writer } from '../writer/writer.js'
import { abandonImport, beginImport, publishImport } from './commands.js'
import { DELETED_HERE, type ImportProgress, type ImportReport } from './report.js'
import type { ImportJob } from './worker.js'
import { refusal } from './refusal.js'

/** For the JavaScript values of the import thread. */
const MEMORY_LIMIT_MIB = 384

export interface ImportRequest {
  /** The uploaded file, on disk. The command line also takes a folder. */
  path: string
  /** The name it had where it came from: a title may come from it, and the report names it. */
  fileName: string | null
  /** An existing private directory for what has to be unpacked. */
  directory: string
  userNo: number
  /** Whether conversations that were deleted here come back. */
  restoreDeleted: boolean
  /** Whether to throw everything away at the end and only tell what would have happened. */
  dryRun: boolean
  now: number
  /**
   * Called after each batch and before the import is published.
   * @throws {DomainError} when the user has no room for what was stored so far; then the import is given up.
   */
  assertRoom? (): void
  /** Called with the partition of a failed import that could not be given up, because the disk failed. */
  discardLater? (partitionNo: number): void
}

/**
 * Imports one file, all or nothing: nothing of it is seen before publishing begins, and nothing is left of it if this throws
 * before then. Publishing that has begun is finished, after a crash or a full disk by housekeeping.
 * @throws {DomainError} when the file as a whole cannot be imported; the signal's reason when it is stopped.
 */
export async function runImport (writer: Writer, request: ImportRequest, control: JobControl<ImportProgress>): Promise<ImportReport> {
  const scratchDirectory = await mkdtemp(join(request.directory, 'unpacked-'))
  try {
    return await importThrough(scratchDirectory, writer, request, control)
  } finally {
    // What the disk keeps of it is removed by the next start; a published import stays published.
    await rm(scratchDirectory, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function importThrough (scratchDirectory: string, writer: Writer, request: ImportRequest, control: JobControl<ImportProgress>) {
  const { userNo, now } = request
  const partitionNo = await beginImport(writer, { userNo, now })
  try {
    const report = await readInThread(writer, { ...request, partitionNo, scratchDirectory }, checked(control, request.assertRoom))
    assertUseful(report)
    control.signal.throwIfAborted()
    request.assertRoom?.()
    if (request.dryRun) await abandonImport(writer, { partitionNo })
    else await publishImport(writer, { userNo, partitionNo, now })
    return report
  } catch (error) {
    // Giving up may fail, too. The first failure is the one that is reported.
    await abandonImport(writer, { partitionNo }).catch(() => request.discardLater?.(partitionNo))
    throw error
  }
}

/** The control of an import that is given up when the room runs out. */
function checked ({ signal, onProgress }: JobControl<ImportProgress>, assertRoom: () => void = () => {}): JobControl<ImportProgress> {
  const full = new AbortController()
  return {
    signal: AbortSignal.any([signal, full.signal]),
    onProgress (progress) {
      onProgress(progress)
      try {
        assertRoom()
      } catch (error) {
        full.abort(error)
      }
    }
  }
}

async function readInThread (writer: Writer, input: Omit<ImportJob, 'port'>, control: JobControl<ImportProgress>): Promise<ImportReport> {
  control.signal.throwIfAborted()
  const { port1, port2 } = new MessageChannel()
  writer.attach(port2)
  const { path, fileName, scratchDirectory, userNo, partitionNo, restoreDeleted, dryRun, now } = input
  const workerData: ImportJob = { path, fileName, scratchDirectory, userNo, partitionNo, restoreDeleted, dryRun, now, port: port1 }
  const options = { workerData, transferList: [port1], resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MIB } }
  try {
    return await runThread<ImportProgress, ImportReport>(threadFile(import.meta.url, './worker'), options, control)
  } catch (error) {
    throw error instanceof OutOfMemoryError ? tooComplex() : error
  } finally {
    // The thread took it along, if there was one.
    port1.close()
  }
}

function tooComplex () {
  return refusal('IMPORT_TOO_COMPLEX', 'An entry of this file takes more memory than an import may use')
}

/**
 * Throws unless something of the file is here now, or was before: anything else is not a success.
 * @throws {DomainError}
 */
function assertUseful ({ imported, updated, unchanged, skipped, failed, errors, unread }: ImportReport) {
  if (imported + updated + unchanged > 0) return
  const reason = errors[0]?.reason ?? 'unreadable'
  if (skipped === 0 && failed > 0) {
    throw refusal('IMPORT_UNKNOWN_FORMAT', `None of the ${failed} entries of this file can be read. The first: ${reason}`)
  }
  if (skipped === 0) throw refusal('IMPORT_NOT_A_HISTORY', ['There is no conversation in this file', ...unread.slice(0, 1).map(({ reason }) => reason)].join('. '))
  const code = reason === DELETED_HERE ? 'CONFLICT' : 'IMPORT_NOT_A_HISTORY'
  throw refusal(code, `Nothing of this file was imported. The reason for the first of ${skipped + failed} entries: ${reason}`)
}
