import { FileError } from '../db/file-error.js'
import { DomainError, type DomainErrorCode } from '../errors.js'

/** An error in a form that structured cloning keeps. Cloning an Error loses its class and code. */
export type PlainError =
  | { kind: 'domain', code: DomainErrorCode, message: string, field: string | undefined }
  | { kind: 'other', name: string, code: string | undefined, message: string, stack: string | undefined }

/**
 * A failure of the machine: disk full, I/O error, damaged file, no file descriptor left. The transaction was rolled back,
 * unless `code` is `COMMIT_UNCERTAIN`.
 */
export class StorageError extends Error {
  readonly code: string

  constructor (code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StorageError'
    this.code = code
  }
}

/** The disk failed, or the writer ended, during a commit. Only the next start shows whether the transaction was saved. */
export const COMMIT_UNCERTAIN = 'COMMIT_UNCERTAIN'

/** The writer thread has ended, so nothing can be saved. */
export const WRITER_ENDED = 'WRITER_ENDED'

/** A thread could not be started, or a file of the program could not be loaded. */
export const NOT_LOADED = 'NOT_LOADED'

/** The file contradicts itself, so nothing that is read from it can be trusted. */
export const NOT_TRUSTED = 'NOT_TRUSTED'

/**
 * Error codes of failures of the machine. They come from SQLite (sqlite.org/rescode.html), from the operating system for
 * files, memory and file descriptors (errno(3)), and from Parley itself.
 */
const STORAGE_CODES = new RegExp(`^(${[
  'SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN|NOMEM|BUSY|PROTOCOL).*',
  'ENOSPC|EDQUOT|EIO|EROFS|EMFILE|ENFILE|ENOMEM|EACCES|EPERM|ENODEV|ENXIO|ESTALE',
  `${COMMIT_UNCERTAIN}|${WRITER_ENDED}|${NOT_LOADED}|${NOT_TRUSTED}`
].join('|')})$`)

/** Maximum length of a chain of causes that is read. */
const MAX_CAUSES = 8

/** Whether an error is a failure of the machine: of the disk, of a file, or of opening one. */
export function isStorageFailure (error: unknown): boolean {
  return storageCode(error) !== ''
}

/** Returns the code of the failure of the machine that is the error or one of its causes. Empty when there is none. */
export function storageCode (error: unknown): string {
  let current = error
  for (let n = 0; n < MAX_CAUSES && current instanceof Error; n++) {
    const code = codeOf(current) ?? ''
    if (STORAGE_CODES.test(code)) return code
    current = current.cause
  }
  return ''
}

/** Whether an error says that the disk is full. */
export function isDiskFull (error: unknown): boolean {
  return /^(SQLITE_FULL|ENOSPC$|EDQUOT$)/.test(storageCode(error))
}

/** FTS5 reports a damaged configuration by this text, with the code of a wrong statement (`sqlite3Fts5ConfigLoad`). */
const DAMAGED_SEARCH = /^invalid fts5 file format/

/**
 * Returns the code of an error. Node starts the message of a failed system call with its code. Some libraries keep only
 * the message.
 */
function codeOf (error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (DAMAGED_SEARCH.test(error.message)) return 'SQLITE_CORRUPT_VTAB'
  if ('code' in error && typeof error.code === 'string') return error.code
  return /^(E[A-Z]+): /.exec(error.message)?.[1]
}

/** Converts an error for another thread. */
export function flattenError (error: unknown): PlainError {
  if (error instanceof DomainError) {
    return { kind: 'domain', code: error.code, message: error.message, field: error.field }
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { kind: 'other', name, code: storageCode(error) || codeOf(error), message, stack }
}

/** Restores an error from another thread, with its class, code and stack. */
export function restoreError (plain: PlainError): Error {
  if (plain.kind === 'domain') return new DomainError(plain.code, plain.message, plain.field)
  const { name, code = '', message, stack } = plain
  const failure = STORAGE_CODES.test(code) ? new StorageError(code, message) : undefined
  const error = name === 'FileError' ? new FileError(message, { cause: failure }) : failure ?? new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
