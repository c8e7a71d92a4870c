import { Failure, failureOf } from './failure.js'
import { accessToken } from './session.js'
import type { ImportStatus } from './types.js'

/** How an upload is watched and stopped. */
export interface UploadOptions {
  dryRun: boolean
  restoreDeleted: boolean
  /** Called as bytes leave. */
  onSent (bytes: number, total: number): void
  signal: AbortSignal
}

/**
 * Sends a file and returns the import it started, once all of it has arrived. Goes by XMLHttpRequest, because `fetch`
 * does not tell how much has been sent.
 * @throws {Failure} when the server refuses the file, or cannot be reached.
 */
export async function upload (file: File, { dryRun, restoreDeleted, onSent, signal }: UploadOptions): Promise<ImportStatus> {
  const token = await accessToken()
  const form = new FormData()
  form.set('file', file)
  const request = new XMLHttpRequest()
  request.open('POST', `/api/convos/import?${new URLSearchParams({ dryRun: String(dryRun), restoreDeleted: String(restoreDeleted) })}`)
  request.setRequestHeader('authorization', `Bearer ${token}`)
  request.setRequestHeader('prefer', 'respond-async')
  request.responseType = 'json'
  request.upload.addEventListener('progress', ({ loaded, total }) => onSent(loaded, total))
  const stop = () => request.abort()
  signal.addEventListener('abort', stop)
  try {
    return await new Promise((resolve, reject) => {
      request.addEventListener('load', () => {
        if (request.status === 202) return resolve(request.response)
        reject(failureOf(request.response, { status: request.status, headers: new Headers({ 'retry-after': request.getResponseHeader('retry-after') ?? '' }) }))
      })
      request.addEventListener('error', () => reject(new Failure('The connection was lost')))
      request.addEventListener('abort', () => reject(new DOMException('Stopped', 'AbortError')))
      request.send(form)
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
