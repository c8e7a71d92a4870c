import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type ProxyUser, proxyUser } from '../src/accounts/credentials/proxy-header.js'
import { addressRanges } from '../src/address-ranges.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Returns the user that a trusted proxy names in a request's headers, or null.
     * @throws {DomainError} INVALID when the headers are not as a proxy sends them.
     */
    proxyUserOf (request: FastifyRequest): ProxyUser | null
  }
}

/** Reads the headers of a proxy that authenticates users. They are trusted only if the socket's peer is that proxy. */
export default fp(async (fastify) => {
  const { AUTH_HEADER_EMAIL: email, AUTH_HEADER_NAME: name, AUTH_HEADER_PROXIES: proxies = '' } = fastify.config
  const trusted = addressRanges(proxies)
  let isReported = false

  fastify.decorate('proxyUserOf', (request) => {
    if (email === undefined) return null
    const { socket: { remoteAddress }, raw: { rawHeaders } } = request
    // The socket's peer, not `request.ip`, which may come from a forwarded header.
    if (trusted.has(remoteAddress)) return proxyUser(rawHeaders, { email, name })
    if (!isReported && request.headers[email.toLowerCase()] !== undefined) {
      isReported = true
      fastify.log.warn({ remoteAddress }, `${email} came from an address that is not in AUTH_HEADER_PROXIES; it is ignored, also from now on`)
    }
    return null
  })
}, { name: 'proxy-header', decorators: { fastify: ['config'] } })
