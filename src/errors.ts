/**
 * Why the domain refuses a request, for a reason its sender can act on. `plugins/error-handler.ts` gives each code its HTTP
 * status, and `docs/errors.md` explains each.
 */
export const domainErrorCodes = [
  'INVALID',
  'INVALID_CURSOR',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'LIMIT_REACHED',
  'PRECONDITION_FAILED',
  'REQUEST_TIMEOUT',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA',
  'TOO_MANY_REQUESTS',
  'IMPORT_NOT_JSON',
  'IMPORT_TRUNCATED',
  'IMPORT_UNKNOWN_FORMAT',
  'IMPORT_NOT_A_HISTORY',
  'IMPORT_BAD_ARCHIVE',
  'IMPORT_TOO_COMPLEX',
  'IMPORT_TOO_LARGE',
  'BUSY',
  'QUOTA_REACHED',
  'STORAGE_FULL',
  'NOT_READY'
] as const

export type DomainErrorCode = typeof domainErrorCodes[number]

/** Why a request fails before, or outside of, the domain: its form, the server, the storage. */
export const requestErrorCodes = [
  'BAD_REQUEST',
  'BAD_URL',
  'EXPECTATION_FAILED',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
  'MALFORMED_JSON',
  'METHOD_NOT_ALLOWED',
  'ROUTE_NOT_FOUND',
  'STORAGE_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'URL_TOO_LONG',
  'VALIDATION_FAILED'
] as const

/** The `code` of a problem: the closed list that clients switch on. */
export type ErrorCode = DomainErrorCode | typeof requestErrorCodes[number]

/** A failure the client can act on. Clients see `message` unchanged, so it names no path and no SQL. */
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
