import { Type } from '@sinclair/typebox'

/** A page size: 1 to 100, in decimal digits without sign, space or leading zero. */
export const LimitSchema = Type.String({ pattern: '^(?:[1-9][0-9]?|100)$', default: '25', examples: ['25'] })
