import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The name of a member that may wrap the whole body. */
    envelope?: 'arg'
  }
}

/**
 * Some of LibreChat's clients wrap a body as `{"arg": {…}}`. Routes with `envelope` accept both forms and get the plain
 * one. A body with fields in both places is refused.
 */
export default fp(async (fastify) => {
  fastify.addHook('onRoute', (route) => {
    const { envelope } = route.config ?? {}
    if (envelope === undefined) return
    const unwrap = async (request: FastifyRequest) => { request.body = unwrapped(request.body, envelope) }
    route.preValidation = [unwrap, ...[route.preValidation ?? []].flat()]
  })
}, { name: 'envelope' })

function unwrapped (body: unknown, envelope: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !Object.hasOwn(body, envelope)) return body
  const { [envelope]: inner, ...outer } = Object.fromEntries(Object.entries(body))
  const [extra] = Object.keys(outer)
  if (extra === undefined) return inner
  throw new DomainError('INVALID', `Fields stand inside "${envelope}" or beside it, not both`, extra)
}
