import AjvCompiler from '@fastify/ajv-compiler'
import { type Description, type Operation } from './operations.js'

interface Answer { statusCode: number, headers: Record<string, unknown>, body: string }

/**
 * Tells in what an answer differs from the one that the description promises for its status; empty when in nothing. With `isClosed`
 * fields that the description does not name are a difference, too.
 */
export function answerChecker ({ components }: Description, isClosed = false) {
  const shared = Object.entries(components.schemas).map(([name, schema]) => {
    const local = withLocalRefs(schema)
    return [name, { ...isClosed ? closed(local) : local, $id: name }]
  })
  const compile = AjvCompiler()(Object.fromEntries(shared), { customOptions: { coerceTypes: false, useDefaults: false, removeAdditional: false } })

  const compiled = new Map<unknown, ReturnType<typeof compile>>()

  /** Compiles each schema once, which takes longer than to check an answer. */
  function validatorOf (schema: unknown) {
    const validate = compiled.get(schema) ?? compile({ schema: withLocalRefs(schema), method: '', url: '' })
    compiled.set(schema, validate)
    return validate
  }

  return function faultsOf ({ described }: Operation, { statusCode, headers, body }: Answer): string[] {
    const [[type, content] = []] = Object.entries(described.responses[statusCode]?.content ?? {})
    // A file to download is of any type.
    if (type === undefined || type === 'text/plain' || type === 'application/octet-stream') return []
    const sent = String(headers['content-type'])
    if (!sent.startsWith(type)) return [`content-type is ${sent} instead of ${type}`]
    const isValid = validatorOf(content?.schema)
    if (isValid(JSON.parse(body)) === true) return []
    return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}

/** The schema without room for fields that it does not name, unless it says that there can be any. */
function closed (schema: unknown): object {
  return JSON.parse(JSON.stringify(schema), (_, value) =>
    value?.properties && value.additionalProperties === undefined ? { ...value, additionalProperties: false } : value)
}

/** OpenAPI's way to name a shared schema as Ajv knows it. */
function withLocalRefs (schema: unknown) {
  return JSON.parse(JSON.stringify(schema ?? {}).replaceAll(/#\/components\/schemas\/(\w+)/g, '$1#'))
}
