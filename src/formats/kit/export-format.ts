import type { StoredConversation } from './stored.js'

/** The choices of whoever exports. */
export interface ExportOptions {
  /** Only the branch that was written to last, or all of them. Formats that keep whole trees always write all. */
  branches: 'active' | 'all'
  /** The shape of the lines of `jsonl`. */
  style: 'messages' | 'sharegpt'
  /** The address of this server's page without a slash at the end, for links back; null where it is not known. */
  address: string | null
}

/** A file in an archive. Its text is made piece by piece when it is asked for. */
export interface ArchiveFile {
  /** Relative, with `/` between folders. */
  path: string
  content: Iterable<string>
}

/** Conversations as one text. */
export interface TextOutput {
  kind: 'text'
  /** Of the file's name, with its dot. */
  ending: string
  mediaType: string
  write (conversations: Iterable<StoredConversation>, options: ExportOptions): Iterable<string>
}

/** Conversations as the files of a zip. Each file is read to its end before the next one is asked for. */
export interface ZipOutput {
  kind: 'zip'
  write (conversations: Iterable<StoredConversation>, options: ExportOptions): Iterable<ArchiveFile>
}

/**
 * A format of exports: pure, so the same conversations always give the same text. A conversation counts as finished once
 * the next one is asked for, and none is kept.
 */
export interface ExportFormat {
  /** Stable lower-case name. */
  name: string
  /** How a single conversation is written, where that differs from `many`. */
  one?: TextOutput
  many: TextOutput | ZipOutput
}
