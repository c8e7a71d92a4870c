import { rm } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { DomainError } from '../errors.js'
import type { JobControl } from '../jobs/jobs.js'
import { threadFile } from '../paths.js'
import { isDiskFull, restoreError } from '../writer/errors.js'
import type { ExportEvent, ExportJob, ExportProgress } from './worker.js'

/** For the JavaScript values of the export thread. A message can have 32 MiB, and is copied a few times while it is written. */
const MEMORY_LIMIT_MIB = 256

/**
 * Writes an export to a file on a thread of its own. When it fails or is stopped, no file is left.
 * @throws {DomainError} STORAGE_FULL, INVALID for a search of too many terms; the signal's reason when it is stopped.
 */
export async function runExport (job: ExportJob, { signal, onProgress }: JobControl<ExportProgress>): Promise<ExportProgress> {
  signal.throwIfAborted()
  const worker = new Worker(threadFile(import.meta.url, './worker'), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MIB }
  })
  try {
    return await ended(worker, { signal, onProgress })
  } catch (error) {
    await worker.terminate()
    await rm(job.path, { force: true })
    throw isDiskFull(error) ? new DomainError('STORAGE_FULL', 'The disk of this server has no room for this export') : error
  } finally {
    await worker.terminate()
  }
}

function ended (worker: Worker, { signal, onProgress }: JobControl<ExportProgress>) {
  return new Promise<ExportProgress>((resolve, reject) => {
    worker.on('message', (event: ExportEvent) => {
      if ('progress' in event) onProgress(event.progress)
      else if ('done' in event) resolve(event.done)
      else reject(restoreError(event.error))
    })
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('The export thread ended without a result')))
  })
}
