import type { ImportEntry, JsonObject } from '../src/formats/kit/draft.js'
import { beginImport, publishImport, stageConversations } from '../src/imports/commands.js'
import { elementReader } from '../src/imports/element-reader.js'
import { emptyReport, type ImportReport, reportBatch, reportEntry } from '../src/imports/report.js'
import { stagedParts } from '../src/imports/rows.js'
import { detectFormat } from '../src/formats/registry.js'
import type { Writer } from '../src/writer/writer.js'

/** When the imports of tests run: later than all that their files tell of. */
const IMPORTED_AT = Date.parse('2026-06-01T00:00:00Z')

/** Reads the entries of an export and stages them in a new partition, as the import thread does. Returns its number. */
export async function stageEntries (writer: Writer, userNo: number, entries: JsonObject[], restoreDeleted = false): Promise<{ partitionNo: number, report: ImportReport }> {
  const report = emptyReport(false)
  const reader = elementReader(detectFormat, IMPORTED_AT)
  const partitionNo = await beginImport(writer, { userNo, now: IMPORTED_AT })
  const found = [...entries.flatMap((value) => [...reader.read({ start: 0, end: 1, size: 1, value })]), ...reader.endGroup()]
  for (const [index, result] of found.entries()) {
    if (result.kind === 'unread') throw new Error(result.reason)
    if (result.kind !== 'conversation') {
      reportEntry(report, result.kind, { ...result, index })
      continue
    }
    const conversations = [...stagedParts(userNo, index, result.conversation)]
    reportBatch(report, await stageConversations(writer, { userNo, partitionNo, restoreDeleted, conversations }))
  }
  return { partitionNo, report }
}

/** Imports the entries of an export as one file, in this thread. */
export async function importEntries (writer: Writer, userNo: number, entries: JsonObject[], restoreDeleted = false): Promise<ImportReport> {
  const { partitionNo, report } = await stageEntries(writer, userNo, entries, restoreDeleted)
  await publishImport(writer, { userNo, partitionNo, now: IMPORTED_AT })
  return report
}

/** Imports what the reader found in files, in this thread. */
export async function importFound (writer: Writer, userNo: number, entries: ImportEntry[]): Promise<void> {
  const partitionNo = await beginImport(writer, { userNo, now: IMPORTED_AT })
  for (const entry of entries) {
    if (entry.kind !== 'conversation') continue
    const conversations = [...stagedParts(userNo, entry.index, entry.conversation)]
    await stageConversations(writer, { userNo, partitionNo, restoreDeleted: false, conversations })
  }
  await publishImport(writer, { userNo, partitionNo, now: IMPORTED_AT })
}
