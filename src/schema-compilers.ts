import AjvCompiler from '@fastify/ajv-compiler'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type { FastifyServerOptions } from 'fastify'

type Compilers = Required<NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>>
type BuildValidator = ReturnType<typeof AjvCompiler>

const shared = { removeAdditional: false, useDefaults: true, allErrors: false }

/**
 * Fastify's `schemaController.compilersFactory` for one server. Every plugin asks for compilers of its own, and most of
 * their schemas are alike, so what was made is made once: all of it takes a third of a second, and memory for good.
 */
export function schemaCompilers (): Compilers {
  return { buildValidator: validators(), buildSerializer: serializers() }
}

/**
 * Validators for JSON bodies as they were sent: nothing coerced, nothing silently removed.
 * Query strings are text and their schemas are text patterns; there only a parameter given once may stand for
 * a list of one, which is what `coerceTypes: 'array'` adds.
 */
function validators (): BuildValidator {
  // It answers the same compiler for the same schemas.
  const build = AjvCompiler()
  return (externalSchemas) => {
    const body = build(externalSchemas, { customOptions: { ...shared, coerceTypes: false } })
    const url = build(externalSchemas, { customOptions: { ...shared, coerceTypes: 'array' } })
    // Fastify hands over the route part to validate, although the published type speaks of a bare schema.
    return (part) => (isBody(part) ? body : url)(part)
  }
}

function serializers (): Compilers['buildSerializer'] {
  const build = SerializerSelector()
  const made = new Map<string, ReturnType<typeof onceEach>>()
  return (externalSchemas, options) => {
    const key = JSON.stringify(externalSchemas)
    const compile = made.get(key) ?? onceEach(build(externalSchemas, options))
    made.set(key, compile)
    return compile
  }
}

/** Compiles the schemas that say the same once. */
function onceEach (compile: ReturnType<ReturnType<typeof SerializerSelector>>): typeof compile {
  const made = new Map<string, ReturnType<typeof compile>>()
  return (route) => {
    const key = JSON.stringify(route.schema)
    const serialize = made.get(key) ?? compile(route)
    made.set(key, serialize)
    return serialize
  }
}

function isBody (part: unknown) {
  return typeof part === 'object' && part !== null && 'httpPart' in part && part.httpPart === 'body'
}
