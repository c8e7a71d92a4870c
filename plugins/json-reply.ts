import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyReply {
    /** Sends JSON text that is complete already, whatever type the response schema infers for it. */
    sendJson (json: string): never
    /** Sends the pieces of one JSON text, each made when the client is ready for it. */
    streamJson (pieces: Iterator<string, void>): never
  }
}

/** Answers whose JSON comes from the database as it is, so that it is not parsed only to be written again. */
export default fp(async (fastify) => {
  fastify.decorateReply('sendJson', function (this: FastifyReply, json: string) {
    return this.type('application/json; charset=utf-8').send(json) as never
  })
  fastify.decorateReply('streamJson', function (this: FastifyReply, pieces: Iterator<string, void>) {
    const first = pieces.next()
    const second = pieces.next()
    if (second.done) return this.sendJson(first.value ?? '')
    return this.type('application/json; charset=utf-8').send(Readable.from(rest(first, second, pieces))) as never
  })
}, { name: 'json-reply' })

/** Waits a turn of the event loop between pieces, so that other requests are served in between. */
async function * rest (first: IteratorResult<string, void>, second: IteratorResult<string, void>, pieces: Iterator<string, void>) {
  if (!first.done) yield first.value
  for (let next = second; !next.done; next = pieces.next()) {
    yield next.value
    await new Promise(setImmediate)
  }
}
