import { signal, type Signal } from '@preact/signals'
import { api, result } from '../api/client.js'
import { asFailure, type Failure, isAbort } from '../api/failure.js'
import type { ImportStatus } from '../api/types.js'
import { statusEvents } from '../api/status-events.js'
import { upload } from '../api/uploads.js'
import { t } from '../i18n/index.js'
import { go } from './address.js'
import { reloadList } from './conversations.js'
import { announce, attempt } from './notices.js'
import { reloadTags } from './tags.js'

/*
 * Importing files: each is tried first, which changes nothing, and then taken in when the person says so.
 */

/** How far one file has come. */
export interface ImportProgress {
  /** `checking` and `importing` are the two runs; `checked` waits for the person. */
  step: 'queued' | 'checking' | 'checked' | 'importing' | 'done' | 'failed' | 'cancelled'
  /** Of the run under way: bytes that left this device. */
  sentBytes: number
  /** What the server says of the run; null before the file has arrived. */
  status: ImportStatus | null
  failure: Failure | null
  /** Whether the person wants it to end, and the server has not said yet that it did. */
  isStopping: boolean
  /** When the run began, in milliseconds. */
  startedAt: number
}

/** One file that was chosen. */
export interface ImportTask {
  id: number
  file: File
  progress: Signal<ImportProgress>
  /** Whether conversations that were deleted here come back. */
  restoreDeleted: Signal<boolean>
}

/** The files that were chosen, oldest first. */
export const imports = signal<ImportTask[]>([])

let count = 0
/** One at a time: the server would make the others wait in any case. */
let line = Promise.resolve()
const stops = new Map<number, AbortController>()

/** Takes files, shows them, and tries each. */
export function addFiles (files: Iterable<File>) {
  const tasks = Array.from(files, (file): ImportTask => ({
    id: ++count, file, progress: signal({ step: 'queued', sentBytes: 0, status: null, failure: null, isStopping: false, startedAt: 0 }), restoreDeleted: signal(false)
  }))
  if (tasks.length === 0) return
  imports.value = [...imports.value, ...tasks]
  go('/import')
  for (const task of tasks) enqueue(task, true)
}

/** Takes a file in for good. */
export function startImport (task: ImportTask) {
  enqueue(task, false)
}

/** Tries a file again, after a failure or with another choice. */
export function checkAgain (task: ImportTask) {
  enqueue(task, true)
}

/** Stops whatever goes on with a file. The server keeps nothing of what it stopped. */
export async function cancelImport (task: ImportTask) {
  const { status, step, sentBytes } = task.progress.peek()
  if (step === 'queued' || (status === null && sentBytes < task.file.size)) {
    stops.get(task.id)?.abort()
    change(task, { step: 'cancelled' })
    return
  }
  // Once all of the file was sent the server may be at work. Without its status the import has no id to stop it by yet.
  change(task, { isStopping: true })
  if (status) await stopOnServer(task, status)
}

/** Asks the server to stop. The last event says what became of the import: it may have been done before the request arrived. */
async function stopOnServer (task: ImportTask, { id: importId }: ImportStatus) {
  try {
    await result(api.DELETE('/api/convos/import/{importId}', { params: { path: { importId } } }))
  } catch (error) {
    change(task, { isStopping: false })
    throw error
  }
}

/** Takes a file off the list. */
export function forgetImport (task: ImportTask) {
  imports.value = imports.value.filter((other) => other !== task)
}

/** How much of a run is done, from 0 to 1: sending counts for the first half. */
export function fractionDone ({ sentBytes, status }: ImportProgress, file: File): number {
  const sent = file.size > 0 ? sentBytes / file.size : 1
  const read = status && status.bytesTotal > 0 ? status.bytesRead / status.bytesTotal : 0
  return Math.min(1, (status ? 1 : Math.min(1, sent)) / 2 + read / 2)
}

function enqueue (task: ImportTask, dryRun: boolean) {
  change(task, { step: 'queued', sentBytes: 0, failure: null, isStopping: false })
  line = line.then(() => run(task, dryRun))
}

async function run (task: ImportTask, dryRun: boolean) {
  if (task.progress.peek().step !== 'queued') return
  const stop = new AbortController()
  stops.set(task.id, stop)
  change(task, { step: dryRun ? 'checking' : 'importing', status: null, startedAt: Date.now() })
  try {
    const started = await upload(task.file, {
      dryRun,
      restoreDeleted: task.restoreDeleted.peek(),
      onSent: (sentBytes) => change(task, { sentBytes }),
      signal: stop.signal
    })
    let status = started
    change(task, { status, sentBytes: task.file.size })
    if (task.progress.peek().isStopping) await attempt(() => stopOnServer(task, started))
    for await (const next of statusEvents<ImportStatus>(`/api/convos/import/${encodeURIComponent(status.id)}`, stop.signal)) {
      status = next
      change(task, { status })
    }
    finish(task, status, dryRun)
  } catch (error) {
    if (!isAbort(error)) change(task, { step: 'failed', failure: asFailure(error) })
  } finally {
    stops.delete(task.id)
  }
}

function finish (task: ImportTask, status: ImportStatus, dryRun: boolean) {
  if (status.state === 'done') change(task, { step: dryRun ? 'checked' : 'done' })
  else change(task, { step: status.state === 'cancelled' ? 'cancelled' : 'failed' })
  if (status.state !== 'done' || dryRun) return
  announce(t('import.finished', { name: task.file.name }))
  reloadList()
  reloadTags()
}

function change (task: ImportTask, changes: Partial<ImportProgress>) {
  task.progress.value = { ...task.progress.peek(), ...changes }
}
