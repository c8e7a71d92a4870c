import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import compress from '@fastify/compress'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { MIN_PACE, watchPace } from '../src/arrival-pace.js'
import { DomainError } from '../src/errors.js'

/** Responses below this size are not compressed. */
const COMPRESS_FROM_BYTES = 8192

/** Writes whose responses are compressed. They are long and contain no secret. */
const COMPRESSED_WRITES = ['/api/convos/fork', '/api/convos/duplicate']

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes files of any size, and limits itself how slowly they arrive. */
    takesUploads?: true
  }
}

/** Time limit for a body to arrive. A body that hardly arrives is cut before (`MIN_PACE`). */
const BODY_TIMEOUT_MS = 60_000

/** Time limit for the rest of a body after its response was sent. */
const REST_TIMEOUT_MS = 30_000

/**
 * HTTP requirements of every route: compression, a Host header, no encoded bodies, and a time limit for bodies.
 * Responses with tokens and keys are never compressed, because their size would reveal their content (CVE-2013-3587).
 * All of them respond to writes.
 */
export default fp(async (fastify) => {
  fastify.addHook('onRoute', (route) => {
    const isRead = [route.method].flat().every((method) => method === 'GET' || method === 'HEAD')
    if (!isRead && !COMPRESSED_WRITES.includes(route.url)) route.compress = false
    if (route.method === 'HEAD') route.onSend = [endUnread, ...[route.onSend ?? []].flat()]
  })
  await fastify.register(compress, {
    threshold: COMPRESS_FROM_BYTES,
    encodings: ['br', 'gzip'],
    customTypes: /^(?:text\/(?!event-stream)|application\/(?:problem\+)?json|application\/javascript|image\/svg\+xml)/,
    globalDecompression: false
  })

  fastify.addHook('onRequest', (request, reply, done) => {
    const vary = reply.getHeader('vary')
    reply.header('vary', vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`)
    const { raw } = request
    const lacksHost = raw.headers.host === undefined && raw.httpVersion === '1.1'
    done(lacksHost ? new DomainError('INVALID', 'The request names no Host', 'host') : undefined)
  })

  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    if (!hasBody(request.raw)) return done()
    const refusal = refusalOf(request)
    if (refusal) return done(refusal)
    if (!request.routeOptions.config.takesUploads) limitTime(request, reply)
    done()
  })

  /** Refuses the request if its body does not arrive in time. */
  function limitTime (request: FastifyRequest, reply: FastifyReply) {
    const { raw } = request
    const timer = setTimeout(refuse, BODY_TIMEOUT_MS)
    timer.unref()
    // A request that a test injects has no socket.
    const endWatch = raw.socket instanceof Socket
      ? watchPace(MIN_PACE, { bytesRead: () => raw.socket.bytesRead, isPaused: () => raw.complete }, refuse)
      : () => { /* Nothing is watched. */ }
    raw.once('close', end)
    raw.once('end', end)

    function refuse () {
      end()
      if (reply.sent) return
      reply.header('connection', 'close')
      fastify.answerFailure(Object.assign(new Error('The body is too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), request, reply)
    }

    function end () {
      clearTimeout(timer)
      endWatch()
    }
  }

  fastify.server.on('request', readRest)
  fastify.server.on('request', keepWhileWorking)
}, { name: 'http-manners', dependencies: ['auth', 'error-handler'] })

/** Ends the body of a response to HEAD, which Fastify would read to its end. */
function endUnread (_request: FastifyRequest, _reply: FastifyReply, payload: unknown, done: (error: null, payload: unknown) => void) {
  if (payload instanceof Readable) payload.destroy()
  done(null, payload)
}

/**
 * Reads what is left of a body after its response was sent, for REST_TIMEOUT_MS. Only then the connection is closed, if it
 * has to be. Node closes it at once, which resets it: a client or proxy that is still sending then loses the response
 * (RFC 9112, section 9.6).
 */
function readRest (request: IncomingMessage, response: ServerResponse) {
  if (!hasBody(request)) return
  // Before the listener of Node, which calls `destroySoon`.
  response.prependOnceListener('finish', () => {
    if (request.complete) return
    const { socket } = request
    const timer = setTimeout(() => { if (!request.complete) socket.destroy() }, REST_TIMEOUT_MS)
    timer.unref()
    let isLast = false
    socket.destroySoon = () => {
      isLast = true
      socket.end()
      // A parser that has given up may still be connected, and reads no more.
      request.unpipe().resume()
    }
    request.once('end', () => {
      clearTimeout(timer)
      // The next request of the connection is closed as usual.
      Reflect.deleteProperty(socket, 'destroySoon')
      if (isLast) socket.destroySoon()
    })
  })
}

/** Keeps an idle connection open while the server works on its request. Other idle connections are closed. */
function keepWhileWorking (request: IncomingMessage, response: ServerResponse) {
  // With this listener Node does not close the socket itself: nodejs.org/api/http.html#event-timeout_1.
  response.on('timeout', (socket: Socket) => {
    if (response.headersSent || !request.complete) socket.destroy()
  })
}

function hasBody ({ headers }: IncomingMessage) {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0')
}

/**
 * Returns why a body cannot be read, or null. The reason is a content encoding, or a charset that JSON does not have
 * (RFC 8259, section 8.1).
 */
function refusalOf ({ headers }: FastifyRequest): DomainError | null {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers
  if (encoding !== 'identity') return new DomainError('UNSUPPORTED_MEDIA', 'Send the body without Content-Encoding')
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type) ?? []
  return /^(?:utf-?8|us-ascii)$/i.test(charset) ? null : new DomainError('UNSUPPORTED_MEDIA', 'Send the body in UTF-8')
}
