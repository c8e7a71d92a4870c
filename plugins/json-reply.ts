import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Streams the pieces of one JSON text (`src/json-stream.ts`). Each is created when the client can take it. The type
     * `never` fits every response schema. A test compares the text with the schema.
     */
    streamJson (pieces: Iterator<string, void>): never
    /** Sends a JSON text. The type is that of `streamJson`. */
    sendJson (text: string): never
  }
}

/** Sends responses as JSON text. The response schema does not serialize them. */
export default fp(async (fastify) => {
  fastify.decorateReply('streamJson', function (this: FastifyReply, pieces: Iterator<string, void>) {
    const first = pieces.next()
    const second = pieces.next()
    const body = second.done ? first.value ?? '' : Readable.from(rest(first, second, pieces))
    return this.type('application/json; charset=utf-8').send(body) as never
  })
  fastify.decorateReply('sendJson', function (this: FastifyReply, text: string) {
    return this.type('application/json; charset=utf-8').send(text) as never
  })
}, { name: 'json-reply' })

/** Yields the pieces. Each is followed by a turn of the event loop, so that other requests are served in between. */
async function * rest (first: IteratorResult<string, void>, second: IteratorResult<string, void>, pieces: Iterator<string, void>) {
  if (!first.done) yield first.value
  for (let next = second; !next.done; next = pieces.next()) {
    yield next.value
    await new Promise(setImmediate)
  }
}
