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

/** The disk failed during a commit. Only the next start shows whether the transaction was saved. */
export const COMMIT_UNCERTAIN = 'COMMIT_UNCERTAIN'

/** The writer thread has ended, so nothing can be saved. */
export const WRITER_ENDED = 'WRITER_ENDED'

/**
 * Error codes about the disk, the file or the file descriptors of the process: those of SQLite (sqlite.org/rescode.html), of
 * the operating system, and two of the writer.
 */
const STORAGE_CODES =
  /^(SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN|NOMEM|BUSY|PROTOCOL)|(ENOSPC|EDQUOT|EIO|EROFS|EMFILE|ENFILE|COMMIT_UNCERTAIN|WRITER_ENDED)$)/

/** Whether an error is about the disk or a file: of the writer, of a reading connection, or of another file. */
export function isStorageFailure (error: unknown): boolean {
  return STORAGE_CODES.test(storageCode(error))
}

/** Returns the code of an error, or an empty string. */
export function storageCode (error: unknown): string {
  return codeOf(error) ?? ''
}

/** Whether an error says that the disk is full. */
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
