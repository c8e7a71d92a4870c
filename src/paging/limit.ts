import { Type } from '@sinclair/typebox'

/** A page size in its plain spelling: 1 to 100, nothing that merely means the same. */
export const LimitSchema = Type.String({ pattern: '^(?:[1-9][0-9]?|100)$', default: '25', examples: ['25'] })
