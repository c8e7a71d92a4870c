import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'

/** A JSON Schema, as far as the tests look into it. */
export interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  enum?: unknown[]
  additionalProperties?: boolean
  maxLength?: number
  pattern?: string
  example?: unknown
  examples?: unknown[]
  $ref?: string
  description?: string
  'x-envelope'?: string
  default?: unknown
  minimum?: number
  maximum?: number
}

interface Parameter { in: 'path' | 'query' | 'header', name: string, description?: string, required?: boolean, schema: Schema }
interface Media { schema: Schema, example?: unknown, examples?: unknown }
interface Described {
  operationId: string
  summary: string
  tags: string[]
  security: Array<Record<string, string[]>>
  parameters?: Parameter[]
  requestBody?: { description?: string, content: Record<string, Media> }
  responses: Record<string, { $ref?: string, description?: string, headers?: Record<string, unknown>, content?: Record<string, Media> }>
}

/** What /docs/json answers, as far as the tests look into it. */
export interface Description {
  openapi: string
  servers: Array<{ url: string }>
  tags: Array<{ name: string }>
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, Schema> }
}

/** One operation of the API, as its own description tells of it. */
export interface Operation {
  id: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters in braces. */
  path: string
  isOpen: boolean
  /** The scope that it asks of API keys; null when it is not for keys. */
  scope: string | null
  statuses: number[]
  parameters: Parameter[]
  /** Of the JSON body without its envelope; null when there is none. */
  body: Schema | null
  /** Whether the body may stand inside `arg`. */
  hasEnvelope: boolean
  described: Described
}

/** What fills an operation in to make a request. A body that is text or bytes goes out as it stands. */
export interface Parts {
  params?: Record<string, string>
  query?: Record<string, string | string[]>
  headers?: Record<string, string>
  body?: unknown
}

/** The API's description of itself. */
export async function describe (server: FastifyInstance): Promise<Description> {
  return (await server.inject('/docs/json')).json<Description>()
}

/** Every operation there is, so that a test over all of them cannot miss one. */
export async function listOperations (server: FastifyInstance): Promise<Operation[]> {
  const { paths, components } = await describe(server)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => operation(path, method, described, components.schemas)))
}

/** The schema itself where there is only a reference to one, also inside of it. */
function resolved (schema: Schema | undefined, schemas: Record<string, Schema>): Schema | undefined {
  if (schema === undefined) return undefined
  const { $ref, ...found } = schema.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}
  return {
    ...found,
    ...(found.properties && {
      properties: Object.fromEntries(Object.entries(found.properties).map(([name, property]) => [name, resolved(property, schemas) ?? {}]))
    }),
    ...(found.items && { items: resolved(found.items, schemas) ?? {} }),
    ...(found.anyOf && { anyOf: found.anyOf.map((branch) => resolved(branch, schemas) ?? {}) })
  }
}

function operation (path: string, name: string, described: Described, schemas: Record<string, Schema>): Operation {
  const method = name.toUpperCase()
  if (method !== 'GET' && method !== 'POST' && method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') throw new Error(`${method} ${path}`)
  const body = resolved(described.requestBody?.content['application/json']?.schema, schemas) ?? null
  return {
    id: described.operationId,
    method,
    path,
    scope: described.security.flatMap(({ apiKey = [] }) => apiKey)[0] ?? null,
    isOpen: !described.security.some((requirement) => 'bearer' in requirement),
    // `default` stands for failures that any request can have.
    statuses: Object.keys(described.responses).filter((status) => status !== 'default').map(Number),
    parameters: described.parameters ?? [],
    body,
    hasEnvelope: body?.['x-envelope'] !== undefined,
    described
  }
}

/** A request of this operation; whatever stands in `parts.body` is JSON unless the headers say otherwise. */
export function injection (operation: Operation, { params = {}, query = {}, headers = {}, body }: Parts): InjectOptions & { url: string } {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? 'x'))
  const search = new URLSearchParams()
  for (const [name, values] of Object.entries(query)) for (const value of [values].flat()) search.append(name, value)
  const isReady = typeof body === 'string' || Buffer.isBuffer(body)
  return {
    method: operation.method,
    url: search.size > 0 ? `${path}?${search}` : path,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { payload: isReady ? body : JSON.stringify(body) })
  }
}

/** Sends a request and insists that the status of its answer is one that the operation documents. */
export async function send (server: FastifyInstance, operation: Operation, parts: Parts): Promise<LightMyRequestResponse> {
  // Injected requests can follow each other without a turn of the event loop, which looks like overload to the server.
  await setImmediate()
  const res = await server.inject(injection(operation, parts))
  if (operation.statuses.includes(res.statusCode)) return res
  throw new Error(`${operation.id} answers ${res.statusCode}, which its description does not mention: ${res.body}`)
}

/** The same request with another value for one field, wherever the field stands. */
export function replaced (parts: Parts, field: string, value: string): Parts {
  if (parts.params && field in parts.params) return { ...parts, params: { ...parts.params, [field]: value } }
  if (parts.query && field in parts.query) return { ...parts, query: { ...parts.query, [field]: value } }
  return { ...parts, body: { ...Object(parts.body), [field]: value } }
}
