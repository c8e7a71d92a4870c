import { api, authorizedFetch, result } from '../api/client.js'
import { Failure, failureOf } from '../api/failure.js'
import { statusEvents } from '../api/status-events.js'
import type { ExportStatus } from '../api/types.js'
import { t } from '../i18n/index.js'

/*
 * Conversations as files. One is sent at once; many are put together by the server first.
 */

/** The formats, the complete one first. */
export const exportFormats = ['parley', 'markdown', 'html', 'librechat', 'openwebui', 'jsonl'] as const

/** One of them. */
export type ExportFormat = typeof exportFormats[number]

/** Downloads one conversation. */
export function exportOne (id: string, format: ExportFormat) {
  return save(`/api/convos/${encodeURIComponent(id)}/export?format=${format}`)
}

/**
 * Has a file made of these conversations, or of all for null, and downloads it. `onChange` is called as it grows.
 * Stopping leaves nothing on the server.
 */
export async function exportMany (ids: string[] | null, format: ExportFormat, onChange: (status: ExportStatus) => void, signal: AbortSignal) {
  let status = await result(api.POST('/api/exports', { body: { format, ...(ids && { filter: { conversationIds: ids } }) }, signal }))
  const path = `/api/exports/${encodeURIComponent(status.id)}`
  signal.addEventListener('abort', () => { authorizedFetch(new Request(path, { method: 'DELETE' })).catch(() => {}) })
  onChange(status)
  for await (const next of statusEvents<ExportStatus>(path, signal)) onChange(status = next)
  if (status.state !== 'done') throw new Failure(status.error?.message ?? t('export.failed'), { code: status.error?.code ?? 'UNKNOWN' })
  await save(`${path}/file`)
}

/** Fetches a file with the token and hands it to the browser under the name the server gives it. */
async function save (path: string) {
  const response = await authorizedFetch(new Request(path))
  if (!response.ok) throw failureOf(await response.json().catch(() => null), response)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = fileNameIn(response.headers.get('content-disposition') ?? '')
  link.click()
  // The browser has taken it over long before.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** The name in a Content-Disposition header (RFC 6266); the extended form goes before the plain one. */
export function fileNameIn (header: string): string {
  const [, extended] = /filename\*=UTF-8''([^;]+)/i.exec(header) ?? []
  if (extended !== undefined) return decodeURIComponent(extended)
  const [, quoted, bare] = /filename=(?:"((?:[^"\\]|\\.)*)"|([^;]+))/i.exec(header) ?? []
  return quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? ''
}
