import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fp from 'fastify-plugin'
import type { FastifySchema, RouteOptions } from 'fastify'
import { publishDocument } from '../src/document/publish.js'
import { isHealthCheck } from '../src/health-paths.js'
import { problems } from '../src/schemas.js'
import { version } from '../src/version.js'

/** Serves the API as OpenAPI 3.1 at /docs and /docs/json, generated from the schemas of the routes. */
export default fp(async (fastify) => {
  fastify.addHook('onRoute', (route) => {
    if (route.schema) route.schema.response = withCommonProblems(route)
  })
  await fastify.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      servers: [{ url: '/', description: 'This server.' }],
      info: {
        title: 'Parley',
        version,
        description: 'A self-hosted home for AI conversations, over the API that LibreChat\'s clients speak.',
        license: { name: 'MIT', identifier: 'MIT' }
      },
      tags: [
        { name: 'accounts', description: 'Signing up, in and out, sessions, passwords and keys.' },
        { name: 'conversations', description: 'Listing, organising, importing and deleting conversations.' },
        { name: 'messages', description: 'The messages of a conversation, with every branch.' },
        { name: 'exports', description: 'Conversations as files, one or many.' },
        { name: 'tags', description: 'Bookmarks on conversations.' },
        { name: 'administration', description: 'What administrators do about accounts, and see of the server.' },
        { name: 'server', description: 'What the server offers and how it is.' },
        { name: 'librechat', description: 'Constant answers that LibreChat\'s web client needs to run.' }
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token, from signing in or refreshing.' },
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key with the scope that the operation names.' },
          apiKeyHeader: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The same key in a header of its own.' },
          refreshToken: { type: 'apiKey', in: 'cookie', name: 'refreshToken', description: 'The cookie that signing in sets.' }
        }
      },
      security: [{ bearer: [] }]
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `def-${index}`) },
    transform: ({ schema, url, route }) => ({ schema: withUpload(withOptionalDefaults(withEnvelope(schema, route))), url }),
    transformObject: (document) => 'openapiObject' in document ? publishDocument(document.openapiObject) : document.swaggerObject
  })
  if (!fastify.config.DOCS) return
  await fastify.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      // The description is public.
      route.schema = { ...route.schema, security: [] }
    })
    docs.addHook('onRequest', docs.pageHeaders)
    await docs.register(swaggerUi, { routePrefix: '/docs', uiConfig: { layout: 'BaseLayout', persistAuthorization: true, tryItOutEnabled: true } })
  })
}, { name: 'openapi', dependencies: ['rate-limit', 'schemas', 'security-headers'], decorators: { fastify: ['config'] } })

/** Adds the problems that every route can return. A route that writes can also fail on a full disk. */
function withCommonProblems ({ method, schema, url }: RouteOptions) {
  if (isHealthCheck(url)) return { ...problems(503), ...Object(schema?.response) }
  const isRead = [method].flat().every((name) => name === 'GET' || name === 'HEAD')
  return { ...problems(429, 500, 503, ...isRead ? [] : [507]), ...Object(schema?.response) }
}

/** Documents that a body may also be wrapped in a member. `client-body.ts` unwraps it before validation. */
function withEnvelope (schema: FastifySchema, { config }: RouteOptions): FastifySchema {
  const { envelope } = config ?? {}
  if (envelope === undefined) return schema
  const note = `The fields may also stand inside \`${envelope}\`, as LibreChat's clients send them.`
  return { ...schema, body: { ...Object(schema.body), description: note, 'x-envelope': envelope } }
}

/**
 * Marks query parameters with a default as optional. Their TypeScript types are required, because handlers always get a
 * value.
 */
function withOptionalDefaults (schema: FastifySchema): FastifySchema {
  const { required = [], properties, ...query }: { required?: string[], properties?: Record<string, { default?: unknown }> } = Object(schema.querystring)
  if (!properties) return schema
  return {
    ...schema,
    querystring: { ...query, properties, required: required.filter((name) => properties[name]?.default === undefined) }
  }
}

/** Documents an upload, which is read as a stream and not validated as a body. */
function withUpload (schema: FastifySchema): FastifySchema {
  if (!schema.consumes?.includes('multipart/form-data')) return schema
  // `format` is from OpenAPI 3.0. Client generators still read it.
  const file = { type: 'string', format: 'binary', contentMediaType: 'application/octet-stream', description: 'The file as it was downloaded.' }
  return { ...schema, body: { type: 'object', required: ['file'], properties: { file } } }
}
