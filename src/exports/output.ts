import { type ExportFormatName, loadExportFormat } from '../formats/export-formats.js'
import type { TextOutput, ZipOutput } from '../formats/kit/export-format.js'

/** The kind of file that an export makes. */
export interface ExportedKind {
  /** Of the file's name, with its dot. */
  ending: string
  mediaType: string
}

/** Loads how a format writes conversations, and which kind of file that makes. `isSingle` is as in `ExportJob`. */
export async function loadOutput (format: ExportFormatName, isSingle: boolean): Promise<{ output: TextOutput | ZipOutput, kind: ExportedKind }> {
  const { one, many } = await loadExportFormat(format)
  const output = isSingle ? one ?? many : many
  if (output.kind === 'zip') return { output, kind: { ending: '.zip', mediaType: 'application/zip' } }
  return { output, kind: { ending: output.ending, mediaType: output.mediaType } }
}
