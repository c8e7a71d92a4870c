import { LIMIT } from '../paging/limit.js'

/** Any object of a JSON document. */
export type Node = Record<string, unknown>

/** Where a schema stands. Validation limits are published for what clients send, not for what they get. */
export type Use = 'request' | 'response' | 'parameter'

/** Keywords that only limit what is accepted. */
const LIMITS = ['pattern', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties']

/**
 * Syntax that not every engine reads, or reads the same: classes that need a flag (`\p`), escapes by code unit, look-ahead and
 * look-behind. RE2, Python and JavaScript without `u` refuse them or match something else.
 */
const UNPORTABLE = /\\[pPu]|\(\?[=!<]/

/**
 * A schema as generators of clients read it best. Alternatives of constants become an `enum`. In a query, texts that are a
 * number or a flag become `integer` and `boolean`, because everything there is text. Patterns that are not portable are left
 * out; the description says what they mean.
 */
export function publishSchema (schema: unknown, use: Use): unknown {
  if (!isNode(schema)) return schema
  for (const [holder, key] of nodesOf(schema)) holder[key] = publishSchema(holder[key], use)
  // Unknown fields are left aside, see docs/librechat.md.
  if (schema.additionalProperties === false) delete schema.additionalProperties
  if (use === 'parameter' && schema.pattern === LIMIT) return asPageSize(schema)
  const { pattern } = schema
  if (use === 'response') for (const keyword of LIMITS) delete schema[keyword]
  else if (typeof pattern === 'string' && UNPORTABLE.test(pattern)) delete schema.pattern
  return asEnum(schema, use)
}

/** Where schemas stand inside of a schema: the object or list that holds each, and under which key. */
export function nodesOf (schema: Node): Array<[holder: Node, key: string]> {
  const { properties } = schema
  const lists = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => listNodes(schema[keyword]))
  const single = ['items', 'additionalProperties'].filter((keyword) => isNode(schema[keyword])).map((keyword): [Node, string] => [schema, keyword])
  return [...isNode(properties) ? Object.keys(properties).map((key): [Node, string] => [properties, key]) : [], ...lists, ...single]
}

export function isNode (value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listNodes (list: unknown): Array<[holder: Node, key: string]> {
  if (!Array.isArray(list)) return []
  // A list is an object whose keys are its indexes.
  const holder: Node = Object(list)
  return list.map((_, index) => [holder, String(index)])
}

function asPageSize ({ pattern, default: size, ...rest }: Node): Node {
  const numbers = (values: unknown) => Array.isArray(values) ? values.map(Number) : []
  return {
    ...rest,
    type: 'integer',
    minimum: 1,
    maximum: 100,
    ...(size !== undefined && { default: Number(size) }),
    ...('examples' in rest && { examples: numbers(rest.examples) })
  }
}

function asEnum ({ anyOf, ...schema }: Node, use: Use): Node {
  if (!Array.isArray(anyOf)) return schema
  const branches = anyOf.filter(isNode)
  const values = branches.flatMap((branch) => branch.type === 'null' ? [null] : 'const' in branch ? [branch.const] : Array.isArray(branch.enum) ? branch.enum : [undefined])
  const isConstant = values.every((value) => value === null || typeof value === 'string')
  if (!isConstant || values.every((value) => value === null)) return { ...schema, anyOf }
  if (use === 'parameter' && values.join() === 'true,false') return { ...schema, type: 'boolean', default: schema.default === 'true' }
  return { ...schema, type: values.includes(null) ? ['string', 'null'] : 'string', enum: values }
}
