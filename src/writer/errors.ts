import { DomainError, type DomainErrorCode } from '../errors.js'

/** An error in a form that structured cloning keeps. It would lose the class and code of an Error. */
export type PlainError =
  | { kind: 'domain', code: DomainErrorCode, message: string, field: string | undefined }
  | { kind: 'other', name: string, code: string | undefined, message: string, stack: string | undefined }

/**
 * A failure of the disk or the file: disk full, I/O error, damaged file. The transaction was rolled back, unless `code` is
 * `COMMIT_UNCERTAIN`.
 */
export class StorageError extends Error {
  readonly code: string

  constructor (code: string, message: string) {
    super(message)
    this.name = 'StorageError'
    this.code = code
  }
}

/** The disk failed while a transaction was committed: whether it was saved is known only after the next start. */
export const COMMIT_UNCERTAIN = 'COMMIT_UNCERTAIN'

/** The writer ended, so nothing can be saved any more. */
export const WRITER_ENDED = 'WRITER_ENDED'

/**
 * Codes that speak of the disk, the file or the descriptors of the process, and not of what was asked: SQLite's
 * (sqlite.org/rescode.html), the operating system's, and two of the writer's own.
 */
const STORAGE_CODES =
  /^(SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN|NOMEM|BUSY|PROTOCOL)|(ENOSPC|EDQUOT|EIO|EROFS|EMFILE|ENFILE|COMMIT_UNCERTAIN|WRITER_ENDED)$)/

/** Whether an error is about the disk or the file: of the writer, of a query's own connection, or of another file. */
export function isStorageFailure (error: unknown): boolean {
  return STORAGE_CODES.test(storageCode(error))
}

/** The code of an error, or an empty string when it has none. */
export function storageCode (error: unknown): string {
  return codeOf(error) ?? ''
}

/** Whether an error says that there is no room on the disk. */
export function isDiskFull (error: unknown): boolean {
  return /^(SQLITE_FULL|ENOSPC$|EDQUOT$)/.test(storageCode(error))
}

function codeOf (error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Converts an error for another thread. */
export function flattenError (error: unknown): PlainError {
  if (error instanceof DomainError) {
    return { kind: 'domain', code: error.code, message: error.message, field: error.field }
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { kind: 'other', name, code: codeOf(error), message, stack }
}

/** Restores an error from another thread, with its class, code and stack. */
export function restoreError (plain: PlainError): Error {
  if (plain.kind === 'domain') return new DomainError(plain.code, plain.message, plain.field)
  const error = plain.code !== undefined && STORAGE_CODES.test(plain.code)
    ? new StorageError(plain.code, plain.message)
    : new Error(plain.message)
  if (plain.stack !== undefined) error.stack = plain.stack
  return error
}
