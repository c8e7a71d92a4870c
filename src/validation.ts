import AjvCompiler from '@fastify/ajv-compiler'
import type { FastifyServerOptions } from 'fastify'

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>
type BuildValidator = ReturnType<typeof AjvCompiler>

const shared = { removeAdditional: false, useDefaults: true, allErrors: false }

/**
 * Validators for JSON bodies as they were sent: nothing coerced, nothing silently removed.
 * Query strings are text and their schemas are text patterns; there only a parameter given once may stand for
 * a list of one, which is what `coerceTypes: 'array'` adds.
 */
const buildValidator: BuildValidator = (externalSchemas) => {
  const build = AjvCompiler()
  const body = build(externalSchemas, { customOptions: { ...shared, coerceTypes: false } })
  const url = build(externalSchemas, { customOptions: { ...shared, coerceTypes: 'array' } })
  // Fastify hands over the route part to validate, although the published type speaks of a bare schema.
  return (part) => (isBody(part) ? body : url)(part)
}

/** Fastify's `schemaController.compilersFactory` with these validators. */
export const compilersFactory: Compilers = { buildValidator }

function isBody (part: unknown) {
  return typeof part === 'object' && part !== null && 'httpPart' in part && part.httpPart === 'body'
}
