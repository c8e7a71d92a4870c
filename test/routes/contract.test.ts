import { readFile } from 'node:fs/promises'
import t from 'tap'
import { isKeyText } from '../../src/accounts/key-text.js'
import { schemaDescriptions } from '../../src/document/field-descriptions.js'
import { domainErrorCodes, requestErrorCodes } from '../../src/errors.js'
import { build } from '../helper.js'
import { contract, currentContract } from '../openapi.js'
import { type Description, describe, listOperations, type Schema } from '../operations.js'

t.test('/docs/json is the contract that is checked in; after a wanted change run `npm run openapi`', async (t) => {
  t.equal(await currentContract(), await readFile(contract, 'utf8'))
})

t.test('the description', async (t) => {
  const { server } = await build(t)
  const description = await describe(server)
  const operations = await listOperations(server)

  t.test('is OpenAPI 3.1 and lists the routes that there are', async (t) => {
    t.match(description.openapi, /^3\.1\./)
    const routes = server.printRoutes({ commonPrefix: false }).matchAll(/(GET|POST|PUT|DELETE|PATCH)/g)
    t.ok([...routes].length > 0)
    for (const { method, path } of operations) {
      t.ok(server.hasRoute({ method, url: path.replaceAll(/\{(\w+)\}/g, ':$1') }), `${method} ${path}`)
    }
  })

  t.test('names each operation once', async (t) => {
    const ids = operations.map(({ id }) => id)
    t.strictSame(ids.filter((id, i) => ids.indexOf(id) !== i), [])
    for (const id of ids) t.match(id, /^[a-z][A-Za-z]+$/)
  })

  for (const { id, path, isOpen, statuses, described } of operations) {
    t.test(`says of ${id} what a client has to know`, async (t) => {
      t.ok(described.summary)
      t.equal(described.tags.length, 1)
      t.equal(isOpen, !statuses.includes(401) || ['login', 'refresh', 'loginByProxy', 'usePasswordLink'].includes(id), 'and who may ask')
      for (const status of path.startsWith('/api') ? [429, 500, 503] : [503]) t.ok(statuses.includes(status), `and its ${status}`)
      const [[status, { content = {} }] = ['', {}]] = Object.entries(described.responses)
      t.match(status, /^2/)
      for (const [type, media] of [...Object.entries(content), ...Object.entries(described.requestBody?.content ?? {})]) {
        const isShown = media.example ?? media.examples ?? hasExample(media.schema, description)
        t.ok(isShown || type === 'multipart/form-data', 'and an example')
      }
      for (const { name, required = false, schema } of described.parameters ?? []) {
        t.notOk(required && 'default' in schema, `${name} has a default and need not be sent`)
      }
    })
  }
})

t.test('what generators of clients read of the description', async (t) => {
  const { server } = await build(t)
  const { servers, paths, components, tags } = await describe(server)
  const operations = await listOperations(server)
  const inRequests = JSON.stringify(operations.map(({ described }) => [described.parameters, described.requestBody]))
  const schemas = schemasIn({ paths, schemas: components.schemas })
  const byId = (id: string) => operations.find((operation) => operation.id === id)?.described

  t.test('there is a server, and signing in comes first', async (t) => {
    t.match(servers, [{ url: '/' }])
    t.strictSame(Object.keys(paths).slice(0, 2), ['/api/auth/register', '/api/auth/login'])
    t.equal(tags[0]?.name, 'accounts')
  })

  t.test('numbers and flags of a query are integers and booleans, and their defaults too', async (t) => {
    const query = Object.fromEntries((byId('listConversations')?.parameters ?? []).map(({ name, schema }) => [name, schema]))
    t.match(query, { limit: { type: 'integer', minimum: 1, maximum: 100, default: 25 }, isArchived: { type: 'boolean', default: false } })
  })

  t.test('what a schema is said to be is said of no part of it', async (t) => {
    for (const [name, told] of Object.entries(schemaDescriptions)) {
      const { description, ...parts } = components.schemas[name] ?? {}
      t.equal(description, told, name)
      t.notOk(schemasIn(parts).some((part) => part.description === told), name)
    }
  })

  t.test('no example is a token or a key that could work', async (t) => {
    const text = JSON.stringify({ paths, components })
    const tokens = text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g) ?? []
    t.ok(tokens.length > 0)
    for (const token of tokens) t.throws(() => server.jwt.verify(token))
    t.strictSame(text.match(/parley_\w+/g)?.filter(isKeyText) ?? [], [])
  })

  t.test('constants are one enum, codes of problems too', async (t) => {
    t.strictSame(schemas.filter(({ anyOf = [] }) => anyOf.filter((branch) => branch.enum?.length === 1).length > 1), [])
    t.strictSame(components.schemas.Problem?.properties?.code?.enum, [...domainErrorCodes, ...requestErrorCodes])
    t.match(query(byId('listConversations'), 'sortBy').enum, ['updatedAt', 'createdAt', 'title', 'archivedAt', 'relevance'])
  })

  t.test('bodies are described flat, and say that arg is accepted', async (t) => {
    for (const { hasEnvelope, body, described } of operations.filter(({ hasEnvelope }) => hasEnvelope)) {
      t.ok(hasEnvelope && body?.properties?.conversationId)
      t.match(described.requestBody, { description: /inside `arg`/ })
    }
  })

  t.test('pages, bodies and parts have names', async (t) => {
    for (const name of ['ConversationPage', 'MessagePage', 'ContentPart', 'Feedback', 'ImportError', 'MessageInput', 'LoginBody']) t.ok(components.schemas[name], name)
    for (const { id, described } of operations) {
      const contents = [described.requestBody, ...Object.values(described.responses)].flatMap((holder) => Object.values(holder?.content ?? {}))
      for (const { schema } of contents) t.ok(schema.type !== 'object', `${id} has no inline object`)
    }
  })

  t.test('every response and every field says what it is', async (t) => {
    for (const { id, described } of operations) {
      for (const [status, { description, $ref }] of Object.entries(described.responses)) t.ok(($ref ?? description) && description !== 'Default Response', `${id} ${status}`)
      for (const { name, description } of described.parameters ?? []) t.ok(description, `${id} ${name}`)
    }
    const bare = schemas.flatMap(({ properties = {} }) => Object.entries(properties)).filter(([, field]) => !field.description && !field.$ref)
    t.strictSame(bare.map(([name]) => name), [])
    for (const [name, { description }] of Object.entries(components.schemas)) t.ok(description, name)
  })

  t.test('headers, the cookie, event streams and uploads are told', async (t) => {
    t.match(byId('importConversations')?.responses[202]?.headers, { Location: {} })
    t.match(byId('login')?.responses[200]?.headers, { 'Set-Cookie': {}, 'x-ratelimit-remaining': {} })
    t.match(byId('getUser')?.responses, { 401: { headers: { 'WWW-Authenticate': {} } }, 429: { headers: { 'Retry-After': {} } } })
    t.match(byId('refresh')?.security, [{ refreshToken: [] }])
    for (const id of ['getImport', 'getExport']) t.match(byId(id)?.responses[200]?.content, { 'text/event-stream': { schema: { type: 'string' } } })
    t.match(components.schemas.ImportConversationsBody?.properties?.file, { type: 'string', format: 'binary' })
    t.match(byId('importConversations')?.parameters, [{}, {}, { in: 'header', name: 'Prefer' }])
  })

  t.test('patterns are read alike by every engine, and limits stand where clients send', async (t) => {
    for (const { pattern = '' } of schemas) t.notMatch(pattern, /\\[pPu]|\(\?/)
    for (const [name, schema] of Object.entries(components.schemas)) {
      if (isReached(name, inRequests, components.schemas)) continue
      t.strictSame(schemasIn(schema).filter(({ pattern, maxLength }) => pattern !== undefined || maxLength !== undefined), [], name)
    }
  })
})

function query (described: { parameters?: Array<{ name: string, schema: Schema }> } | undefined, name: string): Schema {
  return described?.parameters?.find((parameter) => parameter.name === name)?.schema ?? {}
}

/** Every object below a value; those that are no schemas have none of the fields that are looked for. */
function schemasIn (value: unknown): Schema[] {
  if (Array.isArray(value)) return value.flatMap(schemasIn)
  if (typeof value !== 'object' || value === null) return []
  const { examples, example, default: preset, ...rest } = Object(value)
  return [value, ...Object.values(rest).flatMap(schemasIn)]
}

/** Whether a schema is sent by clients, itself or inside of another. */
function isReached (name: string, text: string, schemas: Record<string, Schema>, seen = new Set<string>()): boolean {
  if (text.includes(`schemas/${name}"`)) return true
  return [...text.matchAll(/schemas\/(\w+)"/g)].some(([, other = '']) => {
    if (seen.has(other)) return false
    seen.add(other)
    return isReached(name, JSON.stringify(schemas[other]), schemas, seen)
  })
}

/** Whether a reader sees a sample of it: one that is given, or one made of the samples of all that it must have. */
function hasExample (schema: Schema, description: Description): boolean {
  const { $ref, example, examples, type, items, properties = {}, required = [] } = schema
  if ($ref !== undefined) {
    const shared = description.components.schemas[$ref.split('/').at(-1) ?? '']
    return shared !== undefined && hasExample(shared, description)
  }
  if (example !== undefined || examples !== undefined || type === 'boolean') return true
  if (items) return hasExample(items, description)
  if (schema.oneOf) return schema.oneOf.some((form) => hasExample(form, description))
  return required.length > 0 && required.every((name) => hasExample(properties[name] ?? {}, description))
}
