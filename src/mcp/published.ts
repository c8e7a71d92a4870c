import type { TObject } from '@sinclair/typebox'
import { publishSchema } from '../document/publish-schema.js'

/** The schemas of a tool as clients read them best: JSON Schema without the marks of TypeBox. */
export interface PublishedSchemas { input: Record<string, unknown>, output?: Record<string, unknown> }

/** Returns what clients see of the schemas of a tool. What has a default need not be given. */
export function publishedSchemas (input: TObject, output?: TObject): PublishedSchemas {
  const { required = [], properties } = input
  return {
    input: {
      ...Object(publishSchema(structuredClone(input), 'request')),
      required: required.filter((name) => properties[name]?.default === undefined),
      additionalProperties: false
    },
    ...(output && { output: Object(publishSchema(structuredClone(output), 'response')) })
  }
}
