/**
 * The closed list of ways a request can fail for a reason its sender can act on.
 * `plugins/error-handler.ts` owns the one table that gives each code its HTTP status.
 */
export type DomainErrorCode =
  | 'INVALID'
  | 'INVALID_CURSOR'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'LIMIT_REACHED'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_MEDIA'
  | 'TOO_MANY_REQUESTS'
  | 'IMPORT_NOT_JSON'
  | 'IMPORT_TRUNCATED'
  | 'IMPORT_UNKNOWN_FORMAT'
  | 'IMPORT_NOT_A_HISTORY'
  | 'IMPORT_BAD_ARCHIVE'
  | 'IMPORT_TOO_COMPLEX'
  | 'IMPORT_TOO_LARGE'
  | 'BUSY'

/** A failure the client can understand: `message` is shown as it stands, so it names no path and no SQL. */
export class DomainError extends Error {
  readonly code: DomainErrorCode
  /** The request field at fault, where there is one, as a dotted path. */
  readonly field: string | undefined

  constructor (code: DomainErrorCode, message: string, field?: string) {
    super(message)
    this.name = 'DomainError'
    this.code = code
    this.field = field
  }
}
