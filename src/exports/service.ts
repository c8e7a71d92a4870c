import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { usageOf } from '../accounts/usage.js'
import { requireConversationForRead } from '../conversations/find.js'
import type { Db } from '../db/connection.js'
import { assertDiskRoom } from '../disk-room.js'
import { DomainError } from '../errors.js'
import type { ExportFormatName } from '../formats/export-formats.js'
import type { ExportOptions } from '../formats/kit/export-format.js'
import { safeName } from '../formats/kit/file-name.js'
import { createJobs, isOver, type JobStatus } from '../jobs/jobs.js'
import { createJobQueue } from '../jobs/queue.js'
import { loadOutput } from './output.js'
import { runExport } from './run-export.js'
import type { Selection } from './selection.js'
import type { ExportJob, ExportProgress } from './worker.js'

/** A file that an export made. */
export interface ExportedFile { path: string, name: string, mediaType: string, expiresAt: number }

/** How far an export is, and its file once it is done. */
export interface ExportJobProgress extends ExportProgress { format: ExportFormatName, file: ExportedFile | null }

/** What somebody wants to have. */
export interface ExportRequest { format: ExportFormatName, options: ExportOptions, selection: Selection }

export interface ExportsOptions {
  reader: Db
  /** An existing private folder for the files. */
  folder: string
  /** The database as a file: the path, and what is done once it was read. */
  databaseFile (): Promise<{ path: string, release (): Promise<void> }>
  /** How long a file is kept. */
  keepMs: number
  onCleanUpError (error: unknown): void
  /** Called with the error of an export in the background that failed. */
  onFailed (error: Error): void
}

export type Exports = ReturnType<typeof createExports>

/** The exports of this process. Each account has one at most: starting another removes the file of the one before. */
export function createExports ({ reader, folder, databaseFile, keepMs, onCleanUpError, onFailed }: ExportsOptions) {
  const jobs = createJobs<ExportJobProgress>(createJobQueue('exports'), {
    what: 'export',
    keepMs,
    onCleanUpError,
    onFailed,
    onForgotten: async ({ progress: { file } }) => { if (file) await rm(file.path, { force: true }) }
  })
  // A single conversation waits for none of the long exports.
  const singles = createJobQueue('exports')

  /**
   * Starts an export of many conversations.
   * @throws {DomainError} CONFLICT while another one of this user waits or runs, STORAGE_FULL, TOO_MANY_REQUESTS, BUSY.
   */
  async function start (userNo: number, { format, options, selection }: ExportRequest): Promise<JobStatus<ExportJobProgress>> {
    // Packed text takes about a quarter. Formats that are not packed take more, so the room is checked again while the file grows.
    await assertDiskRoom(folder, usageOf(reader, userNo).bytes / 4)
    // Nothing is awaited from here to the start of the job, or two requests could both pass.
    const earlier = jobs.ofUser(userNo)
    const other = earlier.find((status) => !isOver(status))
    if (other) throw new DomainError('CONFLICT', `Another export of yours is under way: ${other.id}. Wait for it, or delete it`)
    const initial: ExportJobProgress = { format, done: 0, total: 0, bytes: 0, file: null }
    const path = join(folder, randomUUID())
    const { id } = jobs.start(userNo, {
      initial,
      async work ({ signal, onProgress }) {
        const { ending, mediaType, ...progress } = await run({ path, userNo, format, options, selection, isSingle: false }, signal, (progress) => onProgress({ ...initial, ...progress }))
        const name = `parley-${format}-${new Date().toISOString().slice(0, 10)}${ending}`
        return { ...initial, ...progress, file: { path, name, mediaType, expiresAt: Date.now() + keepMs } }
      },
      cleanUp: async () => {}
    })
    for (const { id } of earlier) await jobs.forget(id)
    return jobs.status(userNo, id)
  }

  /**
   * Writes one conversation to a file, which the caller removes.
   * @throws {DomainError} NOT_FOUND, STORAGE_FULL, TOO_MANY_REQUESTS; the signal's reason.
   */
  async function writeOne (userNo: number, conversationId: string, { format, options }: Omit<ExportRequest, 'selection'>, signal: AbortSignal): Promise<ExportedFile> {
    const { title } = requireConversationForRead(reader, userNo, conversationId)
    const path = join(folder, randomUUID())
    const selection = { conversationIds: [conversationId] }
    const { total, ending, mediaType } = await singles.run(userNo, signal, () => run({ path, userNo, format, options, selection, isSingle: true }, signal))
    if (total === 0) {
      await rm(path, { force: true })
      throw new DomainError('NOT_FOUND', 'Conversation not found')
    }
    return { path, name: safeName(title) + ending, mediaType, expiresAt: Date.now() }
  }

  /**
   * The name and the type that the file of `writeOne` would have. Nothing is written.
   * @throws {DomainError} NOT_FOUND.
   */
  async function describeOne (userNo: number, conversationId: string, format: ExportFormatName): Promise<Pick<ExportedFile, 'name' | 'mediaType'>> {
    const { title } = requireConversationForRead(reader, userNo, conversationId)
    const { kind: { ending, mediaType } } = await loadOutput(format, true)
    return { name: safeName(title) + ending, mediaType }
  }

  async function run (job: Omit<ExportJob, 'databasePath'>, signal: AbortSignal, onProgress: (progress: ExportProgress) => void = () => {}) {
    const database = await databaseFile()
    try {
      return await runExport({ ...job, databasePath: database.path }, { signal, onProgress })
    } finally {
      await database.release()
    }
  }

  /**
   * The file of an export.
   * @throws {DomainError} NOT_FOUND for an unknown export, CONFLICT when it is not done.
   */
  function file (userNo: number, id: string): ExportedFile {
    const { progress, state } = jobs.status(userNo, id)
    if (state === 'done' && progress.file) return progress.file
    throw new DomainError('CONFLICT', isOver({ state }) ? 'This export made no file' : 'This export is not done yet')
  }

  /**
   * Stops an export that is under way and removes its file.
   * @throws {DomainError} NOT_FOUND, FORBIDDEN.
   */
  async function remove (userNo: number, id: string): Promise<JobStatus<ExportJobProgress>> {
    const status = await jobs.cancel(userNo, id)
    await jobs.forget(id)
    return status
  }

  /** Removes the exports of an account that is deleted. */
  async function removeAll (userNo: number) {
    for (const { id } of jobs.ofUser(userNo)) await remove(userNo, id)
  }

  return { start, writeOne, describeOne, file, remove, removeAll, status: jobs.status, watch: jobs.watch, list: jobs.ofUser, close: jobs.close }
}
