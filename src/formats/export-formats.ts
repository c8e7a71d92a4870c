import type { ExportFormat } from './kit/export-format.js'

/** The names of the formats that are written. */
export const exportFormats = ['parley', 'librechat', 'openwebui', 'markdown', 'html', 'jsonl'] as const

/** One of `exportFormats`. */
export type ExportFormatName = typeof exportFormats[number]

/** Loads a format. Some need libraries that nothing else on a server needs. */
export async function loadExportFormat (name: ExportFormatName): Promise<ExportFormat> {
  switch (name) {
    case 'parley': return (await import('./parley/write.js')).parleyExport
    case 'librechat': return (await import('./librechat/write.js')).librechatExport
    case 'openwebui': return (await import('./openwebui/write.js')).openWebUiExport
    case 'markdown': return (await import('./markdown/write.js')).markdownExport
    case 'html': return (await import('./html/write.js')).htmlExport
    case 'jsonl': return (await import('./jsonl/write.js')).jsonlExport
  }
}
