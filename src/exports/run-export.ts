import { rm } from 'node:fs/promises'
import { DomainError } from '../errors.js'
import type { JobControl } from '../jobs/jobs.js'
import { threadFile } from '../paths.js'
import { runThread } from '../threads/run.js'
import { isDiskFull } from '../writer/errors.js'
import type { ExportJob, ExportProgress, ExportResult } from './worker.js'

/** For the JavaScript values of the export thread. A message can have 32 MiB, and is copied a few times while it is written. */
const MEMORY_LIMIT_MIB = 256
/** For the youngest values. V8's own limit lets 16 MiB more of garbage wait, and is no faster here (docs/performance.md). */
const YOUNG_MEMORY_LIMIT_MIB = 24

/**
 * Writes an export to a file on a thread of its own. When it fails or is stopped, no file is left.
 * @throws {DomainError} STORAGE_FULL, INVALID for a search of too many terms; the signal's reason when it is stopped.
 * @throws {StorageError} when the thread cannot be started, or reading or writing fails.
 */
export async function runExport (job: ExportJob, control: JobControl<ExportProgress>): Promise<ExportResult> {
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY_LIMIT_MIB, maxYoungGenerationSizeMb: YOUNG_MEMORY_LIMIT_MIB }
  const options = { workerData: job, resourceLimits }
  try {
    return await runThread<ExportProgress, ExportResult>(threadFile(import.meta.url, './worker'), options, control)
  } catch (error) {
    // A file that cannot be removed is removed by the next start. The first failure is the one that is reported.
    await rm(job.path, { force: true }).catch(() => undefined)
    throw isDiskFull(error) ? new DomainError('STORAGE_FULL', 'The disk of this server has no room for this export') : error
  }
}
