import { DomainError, type DomainErrorCode } from '../errors.js'

/** An error as it crosses between threads: structured cloning would lose its class and code. */
export type PlainError =
  | { kind: 'domain', code: DomainErrorCode, message: string, field: string | undefined }
  | { kind: 'other', name: string, code: string | undefined, message: string, stack: string | undefined }

/** The storage refused or failed: disk full, I/O error, damaged file. Nothing of the command was done. */
export class StorageError extends Error {
  readonly code: string

  constructor (code: string, message: string) {
    super(message)
    this.name = 'StorageError'
    this.code = code
  }
}

/** Result codes that speak of the disk or the file and not of the statement; sqlite.org/rescode.html. */
const STORAGE_CODES = /^SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN|NOMEM|BUSY|PROTOCOL)/

/** Whether an error is about the disk or the file: of the writer, or of a query's own connection. */
export function isStorageFailure (error: unknown): boolean {
  return STORAGE_CODES.test(codeOf(error) ?? '')
}

function codeOf (error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export function flattenError (error: unknown): PlainError {
  if (error instanceof DomainError) {
    return { kind: 'domain', code: error.code, message: error.message, field: error.field }
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { kind: 'other', name, code: codeOf(error), message, stack }
}

export function restoreError (plain: PlainError): Error {
  if (plain.kind === 'domain') return new DomainError(plain.code, plain.message, plain.field)
  const error = plain.code !== undefined && STORAGE_CODES.test(plain.code)
    ? new StorageError(plain.code, plain.message)
    : new Error(plain.message)
  if (plain.stack !== undefined) error.stack = plain.stack
  return error
}
