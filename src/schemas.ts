import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { Scope } from './scopes.js'
import { domainErrorCodes, requestErrorCodes } from './errors.js'

/** A `$ref` to a schema registered with `addSchema`, still inferring its static type. */
export function ref <T extends TSchema> (schema: T) {
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` })
}

/** An id as clients send it. Ids Parley makes are UUIDs; what others made is looked up as it stands. */
export const IdSchema = Type.String({ minLength: 1, maxLength: 128, examples: ['0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'] })

/** A tag as a client sends it. `cleanTagName` makes the stored one. */
export const TagNameSchema = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'The name of a tag. Spaces around it, case and Unicode forms make no other tag of it.',
  examples: ['travel']
})

/** A flag in a query string, false by default. */
export const FlagSchema = Type.Union([Type.Literal('true'), Type.Literal('false')], { default: 'false' })

/** A moment: ISO 8601 in UTC with milliseconds. */
export const TimeSchema = Type.String({ format: 'date-time', examples: ['2026-01-02T10:00:00.000Z'] })

/** Every failure: RFC 9457 problem details, with `error` and `message` repeated for clients of LibreChat's API. */
export const ProblemSchema = Type.Object({
  type: Type.String({ description: 'URI reference that names the kind of problem.' }),
  title: Type.String({ description: 'The same for every problem of this kind.' }),
  status: Type.Integer(),
  detail: Type.String({ description: 'What went wrong this time.' }),
  instance: Type.String({ description: 'The path that was asked for.' }),
  code: Type.Union([...domainErrorCodes, ...requestErrorCodes].map((code) => Type.Literal(code)), {
    description: 'Stable name of the problem; programs switch on this.'
  }),
  requestId: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({
    field: Type.String({ description: 'Dotted path of the field at fault.' }),
    message: Type.String()
  }))),
  error: Type.String(),
  message: Type.String()
}, {
  $id: 'Problem',
  examples: [{
    type: '/problems/not-found',
    title: 'Not Found',
    status: 404,
    detail: 'Conversation not found',
    instance: '/api/convos/0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10',
    code: 'NOT_FOUND',
    requestId: '6f0f2e0e-3f7b-4a53-9b61-0a5d6d0a3a55-1207',
    error: 'Conversation not found',
    message: 'Conversation not found'
  }]
})

/** The response of a route that sends a file; its type depends on the format. */
export const fileResponse = {
  description: 'The file.',
  content: { 'application/octet-stream': { schema: Type.Unsafe<never>({ type: 'string', contentMediaType: 'application/octet-stream', examples: ['# Trip to Lisbon\n'] }) } }
}

/** What a failure with a status means, whatever the operation. */
const problemDescriptions: Record<number, string> = {
  400: 'The request is malformed, or a value in it is not allowed. `errors` names the fields.',
  401: 'Nobody is signed in, or the credential is not valid.',
  403: 'It belongs to somebody else, or the credential may not do this.',
  404: 'There is nothing with this id, or it belongs to somebody else.',
  409: 'The id or name is taken, a limit on the number of things is reached, or the thing is being changed at the same moment.',
  412: 'It was changed since the version that `If-Match` names.',
  413: 'The body is larger than this operation takes.',
  415: 'The body has a type, an encoding or a charset that this operation does not take.',
  429: 'A limit of requests is reached. `Retry-After` says when to try again.',
  500: 'A defect of the server. The log has the details under `requestId`.',
  503: 'The server is overloaded or stopping, or its storage fails.',
  507: 'The disk or the account has no room for more.'
}

/** The answer when `If-None-Match` names the version that is there. It has no body. */
export const notModified = Type.Null({ description: 'It is still the version that `If-None-Match` names.' })

/** The version that a change is for. */
export const IfMatchSchema = Type.Object({
  'if-match': Type.Optional(Type.String({
    maxLength: 1024, description: 'The `ETag` of what you read. The answer is 412 when it was changed since.', examples: ['"1kd3f8a"']
  }))
})

/** The failures with these statuses, for a route's `response`; `plugins/openapi.ts` adds those that any route can answer. */
export function problems (...statuses: number[]) {
  return Object.fromEntries(statuses.map((status) => [status, {
    description: problemDescriptions[status] ?? 'A problem.',
    content: { 'application/problem+json': { schema: ref(ProblemSchema) } }
  }]))
}

/**
 * The `security` of a route that takes an access token or an API key with this scope. A route that says nothing takes
 * access tokens only, and one that says `[]` is open to everybody.
 */
export function requires (scope: Scope) {
  return [{ bearer: [] }, { apiKey: [scope] }, { apiKeyHeader: [scope] }]
}

/** The `security` of a route that takes API keys with this scope, and no access token. */
export function requiresKey (scope: Scope) {
  return [{ apiKey: [scope] }, { apiKeyHeader: [scope] }]
}

/** The `security` of a route that reads the refresh token in the cookie. */
export const byCookie = [{ refreshToken: [] }]
