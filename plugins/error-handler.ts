import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Static } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import fp from 'fastify-plugin'
import { NAME } from '../src/accounts/schemas.js'
import { DomainError, type DomainErrorCode, type ErrorCode } from '../src/errors.js'
import { STORABLE_TEXT } from '../src/json.js'
import { MESSAGE_ID, PARENT_ID } from '../src/messages/schemas.js'
import { THREAD_ID } from '../src/openai/remote-thread.js'
import { LIMIT } from '../src/paging/limit.js'
import type { ProblemSchema } from '../src/schemas.js'
import { toldFailure } from '../src/writer/told-failure.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Sends the problem document for an error outside any route, such as a malformed URL. */
    answerFailure (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply
    /**
     * Logs an error that is not a refusal. A failure of the machine is logged once, when it begins. `requestId` is null
     * for work outside a request.
     */
    logFailure (error: unknown, requestId: string | null): void
  }
}

type Problem = Static<typeof ProblemSchema>
/** An error as it is sent: code, text, and values for headers. */
interface Fault extends Pick<Problem, 'code' | 'detail'> {
  errors?: Array<{ field: string, message: string }>
  /** Seconds. */
  retryAfter?: number
}

/** The HTTP status of each error code. */
export const codeStatuses: Record<ErrorCode, number> = {
  INVALID: 400,
  INVALID_CURSOR: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  LIMIT_REACHED: 409,
  PRECONDITION_FAILED: 412,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA: 415,
  TOO_MANY_REQUESTS: 429,
  IMPORT_NOT_JSON: 400,
  IMPORT_TRUNCATED: 400,
  IMPORT_UNKNOWN_FORMAT: 400,
  IMPORT_NOT_A_HISTORY: 400,
  IMPORT_BAD_ARCHIVE: 400,
  IMPORT_TOO_COMPLEX: 400,
  IMPORT_TOO_LARGE: 413,
  BUSY: 503,
  QUOTA_REACHED: 507,
  STORAGE_FULL: 507,
  BAD_REQUEST: 400,
  BAD_URL: 400,
  EXPECTATION_FAILED: 417,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  MALFORMED_JSON: 400,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  ROUTE_NOT_FOUND: 404,
  STORAGE_UNAVAILABLE: 503,
  NOT_READY: 503,
  OUTCOME_UNKNOWN: 503,
  URL_TOO_LONG: 414,
  VALIDATION_FAILED: 400
}

/** What is said of a text that does not match a pattern, which few people can read. */
const patternMessages: Record<string, string> = {
  [LIMIT]: 'must be a whole number from 1 to 100',
  [MESSAGE_ID]: 'must be 1 to 64 letters, digits, "_" and "-"',
  [PARENT_ID]: 'must be at most 64 letters, digits, "_" and "-"',
  [THREAD_ID]: 'must be at most 128 letters, digits, "_" and "-"',
  [NAME]: 'must not hold control characters or half a surrogate pair',
  [STORABLE_TEXT]: 'must not hold U+0000 or half a surrogate pair'
}

interface KnownRoute { methods: string[], pattern: RegExp }

const methodNotAllowed: Fault = { code: 'METHOD_NOT_ALLOWED', detail: 'This path does not take this method; Allow has those that it takes' }
const expectationFailed: Fault = { code: 'EXPECTATION_FAILED', detail: 'The only expectation that is met is 100-continue' }
const routeNotFound: Fault = { code: 'ROUTE_NOT_FOUND', detail: 'Endpoint not found' }
const internal: Fault = { code: 'INTERNAL', detail: 'Something went wrong here; the log has the details under this requestId' }
const malformedJson: Fault = { code: 'MALFORMED_JSON', detail: 'The request body is not valid JSON' }
const tooLarge: Fault = { code: 'TOO_LARGE', detail: 'The request body is too large' }

/** The error code for a library's error that only has a status. Other statuses become `BAD_REQUEST`. */
const codeOfStatus: Partial<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 404: 'NOT_FOUND', 409: 'CONFLICT', 413: 'TOO_LARGE', 415: 'UNSUPPORTED_MEDIA', 429: 'TOO_MANY_REQUESTS'
}

/** Errors of Fastify and its plugins, by their codes. Their own messages may repeat user input, so they are not sent. */
const libraryFaults: Record<string, Fault> = {
  FST_ERR_CTP_INVALID_JSON_BODY: malformedJson,
  FST_ERR_CTP_BODY_TOO_LARGE: tooLarge,
  FST_REQ_FILE_TOO_LARGE: tooLarge,
  FST_PARTS_LIMIT: tooLarge,
  FST_FILES_LIMIT: tooLarge,
  FST_FIELDS_LIMIT: tooLarge,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'BAD_REQUEST', detail: 'Content-Length does not match the body' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'UNSUPPORTED_MEDIA', detail: 'The body must be application/json' },
  FST_INVALID_MULTIPART_CONTENT_TYPE: { code: 'UNSUPPORTED_MEDIA', detail: 'The body must be multipart/form-data' },
  FST_ERR_BAD_URL: { code: 'BAD_URL', detail: 'The URL is not encoded properly' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'URL_TOO_LONG', detail: 'A part of the URL is too long' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'REQUEST_TIMEOUT', detail: 'The request took too long to arrive' },
  HPE_HEADER_OVERFLOW: { code: 'HEADERS_TOO_LARGE', detail: 'The request headers are too large' }
}

/** Sends every error, and a 404 for every unknown path, as problem details (RFC 9457). */
export default fp(async (fastify) => {
  fastify.setErrorHandler((error, request, reply) => answerFailure(error, request, reply))
  const routes: KnownRoute[] = []
  fastify.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), pattern: pathPattern(url) })
  })
  const notFound = (request: FastifyRequest, reply: FastifyReply) => {
    const allowed = methodsOf(routes, request)
    if (allowed.length === 0 || allowed.includes(request.method)) return sendProblem(routeNotFound, request, reply)
    return sendProblem(methodNotAllowed, request, reply.header('allow', allowed.join(', ')))
  }
  fastify.setNotFoundHandler(notFound)
  // The body of a request for an unknown path is not read.
  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.is404) notFound(request, reply)
    else done()
  })
  fastify.decorate('answerFailure', answerFailure)
  fastify.decorate('logFailure', (error, requestId) => {
    if (error instanceof DomainError || fastify.condition.report(error)) return
    fastify.log.error({ err: error instanceof Error ? error : new Error(`Thrown: ${String(error)}`), ...requestId !== null && { requestId } })
  })
  // Registered before Fastify's own listener, which ignores a destroyed socket.
  fastify.server.prependListener('clientError', refuseConnection)
  fastify.server.on('checkExpectation', refuseExpectation)
}, { name: 'error-handler', dependencies: ['condition'] })

function answerFailure (error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const fault = faultOf(error)
  if (codeStatuses[fault.code] >= 500) request.server.logFailure(error, request.id)
  return sendProblem(fault, request, reply)
}

/** Returns a pattern for the paths of a route, from its declared URL. */
function pathPattern (url: string): RegExp {
  const source = url.split('/').map((part) => part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&')).join('/')
  return new RegExp(`^${source}/?$`)
}

/** Returns the methods of the routes with a request's path, without duplicates. */
function methodsOf (routes: KnownRoute[], { url }: FastifyRequest): string[] {
  const [path = ''] = url.split('?')
  return [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))]
}

function sendProblem (fault: Fault, request: FastifyRequest, reply: FastifyReply) {
  const status = codeStatuses[fault.code]
  if (status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer')
  if (fault.retryAfter !== undefined && !reply.hasHeader('retry-after')) reply.header('retry-after', fault.retryAfter)
  // Node discards a body that was never read. If reading had begun, Node waits for the rest without limit.
  if (request.raw.readableDidRead && request.raw.complete === false) reply.header('connection', 'close')
  const [instance = ''] = request.url.split('?')
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(problem(fault, instance, request.id))
}

function problem ({ code, detail, errors }: Fault, instance: string, requestId: string): Problem {
  const status = codeStatuses[code]
  return {
    type: `/problems/${code.toLowerCase().replaceAll('_', '-')}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance,
    code,
    requestId,
    ...(errors && { errors }),
    error: detail,
    message: detail
  }
}

function faultOf (error: unknown): Fault {
  if (error instanceof DomainError) return domainFault(error)
  if (!(error instanceof Error)) return internal
  const failure = toldFailure(error)
  if (failure) return { code: failure.code, detail: failure.message, ...failure.retryAfter !== undefined && { retryAfter: failure.retryAfter } }
  if (isValidation(error)) return validationFault(error)
  const known = 'code' in error && typeof error.code === 'string' ? libraryFaults[error.code] : undefined
  return known ?? statusFault('statusCode' in error ? error.statusCode : undefined)
}

/** Seconds after which a retry makes sense, for refusals that do not name them. */
const retryAfter: Partial<Record<DomainErrorCode, number>> = { BUSY: 5, NOT_READY: 5, TOO_MANY_REQUESTS: 10 }

function domainFault ({ code, message, field }: DomainError): Fault {
  return {
    code,
    detail: message,
    ...(field !== undefined && { errors: [{ field, message }] }),
    ...(code in retryAfter && { retryAfter: retryAfter[code] })
  }
}

/** Returns the fault for an error with a 4xx status and a code that is not in `libraryFaults`. */
function statusFault (status: unknown): Fault {
  if (typeof status !== 'number' || status < 400 || status > 499) return internal
  return { code: codeOfStatus[status] ?? 'BAD_REQUEST', detail: STATUS_CODES[status] ?? 'Bad Request' }
}

interface ValidationError extends Error { validation: FastifySchemaValidationError[], validationContext?: string }

function isValidation (error: Error): error is ValidationError {
  return 'validation' in error && Array.isArray(error.validation)
}

function validationFault ({ validation, validationContext = 'body' }: ValidationError): Fault {
  const errors = fieldErrors(validation, validationContext === 'querystring' ? 'query' : validationContext)
  return {
    code: 'VALIDATION_FAILED',
    detail: errors.map(({ field, message }) => `${field} ${message}`).join('; '),
    errors
  }
}

/** Returns one error for each field. Ajv reports a failed alternative once for each branch. */
function fieldErrors (validation: FastifySchemaValidationError[], part: string) {
  const byPath = new Map<string, FastifySchemaValidationError[]>()
  for (const found of validation) {
    const path = pathOf(found)
    byPath.set(path, [...byPath.get(path) ?? [], found])
  }
  return [...byPath].map(([path, found]) => ({ field: path || part, message: messageOf(found, path === '') }))
}

/** Returns the dotted path of an invalid field. Empty for the body as a whole. */
function pathOf ({ instancePath, params }: FastifySchemaValidationError) {
  const path = instancePath.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { missingProperty: missing } = params
  return (typeof missing === 'string' ? [...path, missing] : path).join('.')
}

function messageOf (found: FastifySchemaValidationError[], isRoot: boolean) {
  const allowed = found.flatMap(({ keyword, params }) =>
    keyword === 'const' ? [params.allowedValue] : keyword === 'enum' ? params.allowedValues : [])
  if (allowed.length > 0) return `must be one of ${allowed.map((value) => JSON.stringify(value)).join(', ')}`
  const [first] = found
  if (first?.keyword === 'type' && isRoot) return 'must be a JSON object'
  if (first?.keyword === 'required') return 'is required'
  const { pattern } = first?.params ?? {}
  return (typeof pattern === 'string' ? patternMessages[pattern] : undefined) ?? first?.message ?? 'is not valid'
}

/** Answers a request with an expectation other than 100-continue (RFC 9110, section 10.1.1). Its body is not read. */
function refuseExpectation (request: IncomingMessage, response: ServerResponse) {
  const [path = ''] = (request.url ?? '').split('?')
  const body = JSON.stringify(problem(expectationFailed, path, ''))
  response.writeHead(codeStatuses[expectationFailed.code], {
    connection: 'close',
    'cache-control': 'no-store',
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body)
  })
  response.end(body)
}

/** Writes the response to an unparsable request to the socket and closes the connection. */
function refuseConnection (error: Error & { code?: string }, socket: Socket) {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const fault = libraryFaults[error.code ?? ''] ?? { code: 'BAD_REQUEST', detail: 'This is not a request of HTTP/1.1' }
  const body = JSON.stringify(problem(fault, '', ''))
  if (socket.writable) {
    socket.write([
      `HTTP/1.1 ${codeStatuses[fault.code]} ${STATUS_CODES[codeStatuses[fault.code]]}`,
      'Connection: close',
      'Cache-Control: no-store',
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '', body
    ].join('\r\n'))
  }
  socket.destroy(error)
}
