import type { StageResult } from './commands.js'

/** An entry that was not imported, and why. */
export interface EntryReport { index: number, title?: string, reason: string }

/** A file of an archive, or a part of a file, that was not read, and why. */
export interface UnreadReport { name: string, reason: string }

/** A conversation that an import brought or changed. */
export interface ConversationReport { conversationId: string, title: string, outcome: 'imported' | 'updated' }

/** What an import did. */
export interface ImportReport {
  /** Whether this only tells what an import of the file would do. */
  dryRun: boolean
  /** Names of the formats that were found, joined by commas; empty for an empty file. */
  format: string
  /** New conversations. */
  imported: number
  /** Known conversations that got new messages, newer texts or a new title. */
  updated: number
  /** Known conversations with nothing new. */
  unchanged: number
  /** Sound entries with nothing to import: empty, given twice, or deleted here before. */
  skipped: number
  /** Entries that could not be read. */
  failed: number
  /** New messages. */
  messages: number
  /** The first `MAX_CONVERSATIONS` of the imported and updated conversations. Empty for a dry run, which stores none. */
  conversations: ConversationReport[]
  /** The first `MAX_ERRORS` of the skipped and failed entries. */
  errors: EntryReport[]
  /** The first `MAX_ERRORS` files and parts of files that may have held a history and were not read. */
  unread: UnreadReport[]
}

/** How far an import is. */
export interface ImportProgress { bytesRead: number, bytesTotal: number, report: ImportReport }

/** How many entries a report names; the counts go on. */
const MAX_ERRORS = 1000
const MAX_CONVERSATIONS = 200

/** Why a conversation that its owner deleted is not imported. */
export const DELETED_HERE = 'You deleted this conversation here; import with restoreDeleted=true to bring it back'

/** Why a conversation that was read is not counted as a new one. */
const reasons = {
  merged: 'It stands twice in this file; what the second copy adds was taken',
  deleted: DELETED_HERE
}

/** A report that nothing has been entered in. */
export function emptyReport (dryRun: boolean): ImportReport {
  return { dryRun, format: '', imported: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0, messages: 0, conversations: [], errors: [], unread: [] }
}

/** Enters an entry that was not imported. */
export function reportEntry (report: ImportReport, kind: 'skipped' | 'failed', entry: EntryReport) {
  report[kind]++
  if (report.errors.length < MAX_ERRORS) report.errors.push(entry)
}

/** Enters a file, or a part of one, that was not read. */
export function reportUnread (report: ImportReport, entry: UnreadReport) {
  if (report.unread.length < MAX_ERRORS) report.unread.push(entry)
}

/** Enters what the writer made of a batch. */
export function reportBatch (report: ImportReport, result: StageResult) {
  for (const { index, conversationId, title, outcome, messages } of result) {
    report.messages += messages
    if (outcome === 'merged' || outcome === 'deleted') reportEntry(report, 'skipped', { index, title, reason: reasons[outcome] })
    else if (outcome !== 'continued') report[outcome]++
    const isChange = outcome === 'imported' || outcome === 'updated'
    if (isChange && !report.dryRun && report.conversations.length < MAX_CONVERSATIONS) report.conversations.push({ conversationId, title, outcome })
  }
}
