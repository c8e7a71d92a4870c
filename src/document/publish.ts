import { fieldDescriptions, schemaDescriptions } from './field-descriptions.js'
import { isNode, type Node, nodesOf, publishSchema, type Use } from './publish-schema.js'

/** Paths that a reader of the document meets first: without them nothing else can be tried. */
const FIRST_PATHS = ['/api/auth/register', '/api/auth/login', '/api/auth/refresh', '/api/auth/logout']

const headers = {
  RateLimitLimit: { description: 'Requests that the limit allows in its window.', schema: { type: 'integer' } },
  RateLimitRemaining: { description: 'Requests that are left in it.', schema: { type: 'integer' } },
  RateLimitReset: { description: 'Seconds until it begins again.', schema: { type: 'integer' } },
  RetryAfter: { description: 'Seconds after which another try makes sense.', schema: { type: 'integer' } },
  Location: { description: 'Where to see how it stands.', schema: { type: 'string', format: 'uri-reference' } },
  Authenticate: { description: 'How to authenticate (RFC 6750).', schema: { type: 'string' } },
  Link: { description: 'The next page, as `rel="next"` (RFC 8288). Missing on the last one.', schema: { type: 'string' } },
  ETag: { description: 'The version of what is returned, for `If-None-Match` and `If-Match`.', schema: { type: 'string' } },
  SetCookie: { description: 'The refresh token, for the next refresh; empty when it ended.', schema: { type: 'string' } }
}

const refTo = (name: keyof typeof headers) => ({ $ref: `#/components/headers/${name}` })

const limitHeaders = {
  'x-ratelimit-limit': refTo('RateLimitLimit'), 'x-ratelimit-remaining': refTo('RateLimitRemaining'), 'x-ratelimit-reset': refTo('RateLimitReset')
}

/** Operations that are no reads and return what has a version. */
const RETURNS_VERSION = ['renameConversation', 'archiveConversation', 'pinConversation']

/** Operations that set or remove the cookie with the refresh token. */
const SETS_COOKIE = ['login', 'loginByProxy', 'refresh', 'logout', 'deleteUser']

/**
 * Makes the generated OpenAPI document into the one that is published. Schemas of routes are written for validation, so:
 * - a schema with a `title`, a body and an object that is a response get names of their own in `components`;
 * - every schema is put as generators of clients read it best (`publish-schema.ts`);
 * - fields, responses and headers are described.
 * The document is changed in place and returned.
 */
export function publishDocument <T extends object> (document: T): T {
  const root = asNode(document)
  const components = asNode(root.components)
  const schemas = asNode(components.schemas)
  const operations = Object.values(asNode(root.paths)).flatMap((item) => Object.values(asNode(item)).map(asNode))

  for (const operation of operations) nameSchemas(operation, schemas)
  for (const name of Object.keys(schemas)) hoist(asNode(schemas[name]), schemas, false)
  const inRequests = reachable(operations.map(({ requestBody }) => requestBody), schemas)
  for (const [name, schema] of Object.entries(schemas)) {
    if (schemaDescriptions[name]) asNode(schema).description = schemaDescriptions[name]
    describeFields(schema, name)
    schemas[name] = publishSchema(schema, inRequests.has(name) ? 'request' : 'response')
  }
  for (const operation of operations) publishOperation(operation, schemas)
  components.responses = { Failure: failure }
  components.headers = headers
  root.paths = sorted(asNode(root.paths), asNodes(root.tags).map(({ name }) => name))
  return document
}

const failure = {
  description: 'A failure of the request itself, whatever the operation: malformed (400), too slow (408), too large (413, 414, 431), of an ' +
    'unknown media type (415), with an expectation that is not known (417), or one that the server could not work on (500, 503).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
}

function nameSchemas (operation: Node, schemas: Node) {
  const base = String(operation.operationId).replace(/^./, (letter) => letter.toUpperCase())
  for (const media of mediaOf(operation.requestBody)) {
    media.schema = named(media.schema, { title: `${base}Body`, description: `What ${operation.operationId} takes.` }, schemas)
  }
  for (const [status, response] of Object.entries(asNode(operation.responses))) {
    for (const media of mediaOf(response)) {
      const { schema } = media
      if (!isNode(schema)) continue
      media.schema = status.startsWith('2')
        ? named(schema, { title: `${base}Result`, description: operation.summary }, schemas)
        : hoist(schema, schemas, false)
    }
  }
}

/** Puts an inline object into `components` under its title, or the one of `defaults`, and returns a reference to it. */
function named (schema: unknown, defaults: { title: string, description: unknown }, schemas: Node): unknown {
  if (!isNode(schema)) return schema
  return schema.type === 'object' ? hoist({ ...defaults, ...schema }, schemas, true) : hoist(schema, schemas, false)
}

/** Does that for every schema with a title inside of this one; for itself too if `isInline`. */
function hoist (schema: Node, schemas: Node, isInline: boolean): Node {
  for (const [holder, key] of nodesOf(schema)) {
    const inner = holder[key]
    if (isNode(inner)) holder[key] = hoist(inner, schemas, true)
  }
  const { title, ...rest } = schema
  if (!isInline || typeof title !== 'string') return schema
  schemas[title] ??= rest
  return { $ref: `#/components/schemas/${title}` }
}

/** The names of the schemas that these values refer to, also through others. */
function reachable (values: unknown[], schemas: Node): Set<string> {
  const found = new Set<string>()
  const visit = (value: unknown) => {
    for (const [, name = ''] of (JSON.stringify(value) ?? '').matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (found.has(name)) continue
      found.add(name)
      visit(schemas[name])
    }
  }
  values.forEach(visit)
  return found
}

/** Describes the fields of a schema, and of those inside of it, unless they are described. */
function describeFields (schema: unknown, name: string) {
  if (!isNode(schema)) return
  for (const [field, property] of Object.entries(asNode(schema.properties ?? {}))) {
    if (!isNode(property)) continue
    const description = fieldDescriptions[`${name}.${field}`] ?? fieldDescriptions[field]
    if (description) property.description ??= description
  }
  for (const [holder, key] of nodesOf(schema)) describeFields(holder[key], name)
}

function publishOperation (operation: Node, schemas: Node) {
  const parameters = Array.isArray(operation.parameters) ? operation.parameters.filter(isNode) : []
  for (const parameter of parameters) {
    parameter.description ??= fieldDescriptions[String(parameter.name)]
    parameter.schema = publishSchema(parameter.schema, 'parameter')
    const { type } = asNode(parameter.schema)
    if (type === 'integer' && 'example' in parameter) parameter.example = Number(parameter.example)
    if (parameter.in === 'header') parameter.name = String(parameter.name).replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
  }
  publishMedia(operation.requestBody, 'request')
  for (const [status, response] of Object.entries(asNode(operation.responses))) {
    if (!isNode(response)) continue
    publishMedia(response, 'response')
    if (response.description === 'Default Response') response.description = describeSuccess(response, operation, schemas)
    response.headers = { ...limitHeaders, ...headersOf(status, String(operation.operationId), asNode(operation.responses)), ...asNode(response.headers ?? {}) }
  }
  asNode(operation.responses).default = { $ref: '#/components/responses/Failure' }
}

function headersOf (status: string, operationId: string, responses: Node) {
  if (status === '202') return { Location: refTo('Location') }
  if (status === '401') return { 'WWW-Authenticate': refTo('Authenticate') }
  if (status === '429' || status === '503') return { 'Retry-After': refTo('RetryAfter') }
  if (status === '200' && operationId === 'listTags') return { Link: refTo('Link') }
  if (status.startsWith('2') && ('304' in responses || RETURNS_VERSION.includes(operationId))) return { ETag: refTo('ETag') }
  return status.startsWith('2') && SETS_COOKIE.includes(operationId) ? { 'Set-Cookie': refTo('SetCookie') } : {}
}

function publishMedia (holder: unknown, use: Use) {
  for (const media of mediaOf(holder)) media.schema = publishSchema(media.schema, use)
}

/** The description of what is returned, or the summary of the operation. */
function describeSuccess (response: Node, operation: Node, schemas: Node): unknown {
  const [media] = mediaOf(response)
  const schema = isNode(media?.schema) ? media.schema : {}
  const of = (value: unknown) => {
    const name = isNode(value) && typeof value.$ref === 'string' ? value.$ref.split('/').at(-1) : undefined
    return name === undefined ? undefined : asNode(schemas[name]).description
  }
  const item = of(schema.items)
  return of(schema) ?? (item ? `A list. ${item}` : undefined) ?? schema.description ?? operation.summary
}

/** Paths by the order of the tags, signing in first. */
function sorted (paths: Node, tags: unknown[]): Node {
  const rank = ([path, item]: [string, unknown]) => {
    const first = FIRST_PATHS.indexOf(path)
    if (first !== -1) return first
    const [operation] = Object.values(asNode(item)).map(asNode)
    const [tag] = Array.isArray(operation?.tags) ? operation.tags : []
    return FIRST_PATHS.length + tags.indexOf(tag)
  }
  return Object.fromEntries(Object.entries(paths).sort((a, b) => rank(a) - rank(b)))
}

function mediaOf (holder: unknown): Node[] {
  return isNode(holder) && isNode(holder.content) ? Object.values(holder.content).filter(isNode) : []
}

function asNodes (value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

function asNode (value: unknown): Node {
  if (isNode(value)) return value
  throw new TypeError('The document has another form than OpenAPI has')
}
