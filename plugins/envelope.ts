import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Fields may stand inside this one member of the body instead of at its top, but not in both places. */
    envelope?: 'arg'
  }
}

/**
 * Some of LibreChat's clients wrap a body as `{"arg": {…}}`. Routes that say so take both forms and see the plain
 * one, so that every id is read from exactly one place.
 */
export default fp(async (fastify) => {
  fastify.addHook('onRoute', (route) => {
    const { envelope } = route.config ?? {}
    if (envelope === undefined) return
    const unwrap = async (request: FastifyRequest) => { request.body = opened(request.body, envelope) }
    route.preValidation = [unwrap, ...[route.preValidation ?? []].flat()]
  })
}, { name: 'envelope' })

function opened (body: unknown, envelope: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !Object.hasOwn(body, envelope)) return body
  const { [envelope]: inner, ...outer } = Object.fromEntries(Object.entries(body))
  const [extra] = Object.keys(outer)
  if (extra === undefined) return inner
  throw new DomainError('INVALID', `Fields stand inside "${envelope}" or beside it, not both`, extra)
}
