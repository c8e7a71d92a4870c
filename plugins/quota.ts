import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type Addition, assertRoom, type Quota, roomBytes } from '../src/accounts/quota.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Limits of one account. */
    quota: Quota
  }
  interface FastifyRequest {
    /**
     * Checks that the caller has room for what the request adds.
     * @throws {DomainError} QUOTA_REACHED, LIMIT_REACHED.
     */
    assertRoom (addition: Addition): void
    /** Returns the caller's free bytes for messages. */
    roomBytes (): number
  }
}

/** Quotas of accounts. They are checked before a write, so simultaneous writes can exceed them by a little. */
export default fp(async (fastify) => {
  const { database: { reader }, config: { MAX_BYTES_PER_USER: maxBytes, MAX_CONVERSATIONS_PER_USER: maxConversations } } = fastify
  fastify.decorate('quota', { maxBytes, maxConversations })
  fastify.decorateRequest('assertRoom', function (this: FastifyRequest, addition) {
    assertRoom(reader, this.signedIn().no, fastify.quota, addition)
  })
  fastify.decorateRequest('roomBytes', function (this: FastifyRequest) {
    return roomBytes(reader, this.signedIn().no, fastify.quota)
  })
}, { name: 'quota', dependencies: ['auth'], decorators: { fastify: ['config'] } })
