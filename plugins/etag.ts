import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { databaseVersion } from '../src/db/database-version.js'
import { inSnapshot } from '../src/db/snapshot.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the handler sets `ETag`. `If-None-Match` then leads to a 304. */
    etag?: true
  }
  interface FastifyRequest {
    /** Returns the versions in `If-Match`, without quotes. Undefined without the header and for `*`. */
    ifMatch (): string[] | undefined
    /**
     * Returns the `ETag` of a response that will be read from the database as it is now, or later. Call it before the first
     * read: a tag that is newer than its response would hide what was committed in between.
     */
    stateTag (): string
  }
}

/**
 * Validators of responses (RFC 9110, section 8.8). A route sets the version of its response as `ETag`, if it has one. For
 * the other routes the version is the account and the state of the whole database. A checksum of 50 messages would take a
 * sixth of the time of their request.
 */
export default fp(async (fastify) => {
  const { reader } = fastify.database
  const start = randomUUID().slice(0, 8)

  fastify.decorateRequest('stateTag', function (this: FastifyRequest) {
    return inSnapshot(reader, () => `W/"${start}-${this.identity?.account.no ?? 0}-${databaseVersion(reader)}"`)
  })

  fastify.decorateRequest('ifMatch', function () {
    const { 'if-match': given } = this.headers
    if (given === undefined || given.trim() === '*') return undefined
    return tagsOf(given)
  })

  fastify.addHook('onRoute', (route) => {
    if (!route.config?.etag) return
    const send = (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: (error: null, payload: unknown) => void) => {
      // Fastify copies the hooks of a GET to its HEAD, where this one runs twice.
      if (reply.statusCode === 304) return done(null, payload)
      if (reply.statusCode !== 200) {
        reply.removeHeader('etag')
        return done(null, payload)
      }
      const etag = reply.getHeader('etag')
      const { 'if-none-match': known } = request.headers
      if (known === undefined || (known.trim() !== '*' && !tagsOf(known).includes(tagsOf(String(etag))[0] ?? ''))) return done(null, payload)
      if (payload instanceof Readable) payload.destroy()
      reply.code(304)
      // The hook with which Fastify ends a HEAD takes no null.
      done(null, request.method === 'HEAD' ? Readable.from([]) : null)
    }
    route.onSend = [send, ...[route.onSend ?? []].flat()]
  })
}, { name: 'etag', dependencies: ['auth', 'database'] })

/** Returns the tags of a header, without quotes and the weakness marker. */
function tagsOf (header: string): string[] {
  return [...header.matchAll(/"([^"]*)"/g)].map(([, tag = '']) => tag)
}
