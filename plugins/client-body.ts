import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The name of a member that may contain the whole body. */
    envelope?: 'arg'
  }
}

/** The parts of a body's schema that the hook reads. */
interface BodySchema { required?: string[], properties?: Record<string, FieldSchema> }
interface FieldSchema { type?: string, minLength?: number, anyOf?: FieldSchema[] }

/**
 * Accepts bodies as LibreChat's clients send them, before they are validated:
 * - Routes with `envelope` also take the body as `{"arg": {…}}`. A known field beside `arg` is refused.
 * - An optional field counts as absent when it is null, or empty where its schema requires at least one character. If
 *   the schema allows null, null stays.
 *
 * The validator removes unknown fields (`src/schema-compilers.ts`).
 */
export default fp(async (fastify) => {
  fastify.addHook('onRoute', (route) => {
    if (!route.schema?.body) return
    const { envelope } = route.config ?? {}
    const schema = resolve(route.schema.body)
    const optional = Object.entries(schema.properties ?? {}).filter(([name]) => !schema.required?.includes(name))
    const read = async (request: FastifyRequest) => {
      if (envelope !== undefined) request.body = unwrapped(request.body, envelope, schema)
      removeAbsent(request.body, optional)
    }
    route.preValidation = [read, ...[route.preValidation ?? []].flat()]
  })

  /** Returns the schema itself, also for a route that refers to it. */
  function resolve (schema: object): BodySchema {
    const { $ref } = Object(schema)
    return typeof $ref === 'string' ? Object(fastify.getSchema($ref.replace(/#$/, ''))) : schema
  }
}, { name: 'client-body', dependencies: ['schemas'] })

function unwrapped (body: unknown, envelope: string, { properties = {} }: BodySchema): unknown {
  if (!isRecord(body) || !Object.hasOwn(body, envelope)) return body
  const beside = Object.keys(body).find((name) => name !== envelope && Object.hasOwn(properties, name))
  if (beside === undefined) return body[envelope]
  throw new DomainError('INVALID', `Fields stand inside "${envelope}" or beside it, not both`, beside)
}

function removeAbsent (body: unknown, optional: Array<[name: string, schema: FieldSchema]>) {
  if (!isRecord(body)) return
  for (const [name, schema] of optional) {
    const value = body[name]
    if ((value === null && !acceptsNull(schema)) || (value === '' && isNeverEmpty(schema))) delete body[name]
  }
}

function acceptsNull ({ type, anyOf = [] }: FieldSchema): boolean {
  return type === 'null' || (type === undefined && anyOf.length === 0) || anyOf.some(acceptsNull)
}

function isNeverEmpty ({ minLength = 0 }: FieldSchema) {
  return minLength > 0
}

function isRecord (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
