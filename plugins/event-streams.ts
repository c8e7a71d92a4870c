import { finished, Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'
import { withHeartbeat } from '../src/jobs/event-stream.js'
import { createUserLimit } from '../src/jobs/user-limit.js'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends events to a user until they end or the connection closes. The type `never` fits every response schema.
     * @throws {DomainError} TOO_MANY_REQUESTS while `MAX_STREAMS_PER_USER` of this user are open.
     */
    sendEvents (userNo: number, events: AsyncIterable<string>): never
  }
}

/** Streams of one user at once. Each tab that shows an import opens one. */
const MAX_STREAMS_PER_USER = 10

/** Below the 60 s after which Parley and many proxies close a silent connection. */
const HEARTBEAT_MS = 20_000

/** Streams of server-sent events, a limited number for each user. */
export default fp(async (fastify) => {
  const open = createUserLimit(MAX_STREAMS_PER_USER)
  fastify.decorateReply('sendEvents', function (this: FastifyReply, userNo, events) {
    const release = open.take(userNo)
    if (!release) {
      throw new DomainError('TOO_MANY_REQUESTS', `You have ${MAX_STREAMS_PER_USER} event streams open already; close one of them`)
    }
    finished(this.raw, release)
    return this.type('text/event-stream').send(Readable.from(withHeartbeat(events, HEARTBEAT_MS))) as never
  })
}, { name: 'event-streams' })
