/** Why a request did not do what it was sent for. */
export class Failure extends Error {
  override name = 'Failure'
  /** The HTTP status; 0 when no answer came. */
  readonly status: number
  /** The server's code, `OFFLINE` when no answer came. */
  readonly code: string
  /** The field at fault, where the server names one. */
  readonly field: string | null
  /** What the server's log has the details under. */
  readonly requestId: string | null
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | null

  constructor (message: string, { status = 0, code = 'OFFLINE', field = null, requestId = null, retryAfter = null }: Partial<Failure> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.field = field
    this.requestId = requestId
    this.retryAfter = retryAfter
  }
}

/** Reads a problem document (RFC 9457), or whatever else came with a bad status. */
export function failureOf (body: unknown, response: { status: number, headers: Headers }): Failure {
  const problem: Record<string, unknown> = Object(body)
  const text = (name: string) => typeof problem[name] === 'string' ? problem[name] : null
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return new Failure(text('detail') ?? `HTTP ${response.status}`, {
    status: response.status,
    code: text('code') ?? 'UNKNOWN',
    field: fieldOf(problem.errors),
    requestId: text('requestId'),
    retryAfter: Number.isFinite(seconds) ? seconds : null
  })
}

function fieldOf (errors: unknown): string | null {
  const [first]: unknown[] = Array.isArray(errors) ? errors : []
  const { field }: { field?: unknown } = Object(first)
  return typeof field === 'string' ? field : null
}

/** Whatever was thrown, as a failure: what `fetch` throws means that there was no answer. */
export function asFailure (thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure(thrown instanceof Error ? thrown.message : String(thrown))
}

/** Whether a request was given up by the page itself. */
export function isAbort (thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError'
}
