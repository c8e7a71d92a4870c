import { Type } from '@sinclair/typebox'

/** 1 to 100, in decimal digits without sign, space or leading zero. */
export const LIMIT = '^(?:[1-9][0-9]?|100)$'

/** A page size. */
export const LimitSchema = Type.String({ pattern: LIMIT, default: '25', examples: ['25'] })

/** The page size of a list that is returned whole without one. */
export const OptionalLimitSchema = Type.Optional(Type.String({
  pattern: LIMIT, description: 'How many to return at most. Without it, all are returned.', examples: ['25']
}))
