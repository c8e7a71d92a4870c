import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type ProxyUser, proxyUser } from '../src/accounts/credentials/proxy-header.js'
import { addressRanges } from '../src/address-ranges.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * The user whom a trusted proxy names in a request's headers; null when there is none.
     * @throws {DomainError} INVALID when the headers are not as a proxy sends them.
     */
    proxyUserOf (request: FastifyRequest): ProxyUser | null
  }
}

/** Reads the headers of a proxy that signs people in; they count only when the socket's other end is that proxy. */
export default fp(async (fastify) => {
  const { AUTH_HEADER_EMAIL: email, AUTH_HEADER_NAME: name, AUTH_HEADER_PROXIES: proxies = '' } = fastify.config
  const trusted = addressRanges(proxies)
  let isReported = false

  fastify.decorate('proxyUserOf', (request) => {
    if (email === undefined) return null
    const { socket: { remoteAddress }, raw: { rawHeaders } } = request
    // The peer of the socket, not `request.ip`: that one may come from a forwarded header.
    if (trusted.has(remoteAddress)) return proxyUser(rawHeaders, { email, name })
    if (!isReported && request.headers[email.toLowerCase()] !== undefined) {
      isReported = true
      fastify.log.warn({ remoteAddress }, `${email} came from an address that is not in AUTH_HEADER_PROXIES; it is ignored, also from now on`)
    }
    return null
  })
}, { name: 'proxy-header', decorators: { fastify: ['config'] } })
