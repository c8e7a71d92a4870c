import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyServerOptions, LogController } from 'fastify'
import app from './app.js'
import type { Config } from './config.js'
import { schemaCompilers } from './schema-compilers.js'
import type { CommandLimits } from './writer/limits.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
    /** Set in tests only. */
    commandLimits: CommandLimits | null
    /** Set in tests only. */
    maxDelayMs: number | null
    hasCrashed: boolean
  }
}

export interface ServerOptions {
  config: Config
  logger?: FastifyServerOptions['logger']
  /** A short command that exceeds these limits fails. Set in tests only. */
  commandLimits?: CommandLimits
  /** Above this delay of the event loop requests are refused. Set in tests only. */
  maxDelayMs?: number
  /** Whether the last server on this file ended without closing it; then the file is checked. */
  hasCrashed?: boolean
}

/** More would only wait for each other. */
const MAX_CONNECTIONS = 10_000

/** Size limit of a JSON body, unless the route sets its own. */
const MAX_BODY_BYTES = 65_536

/**
 * Logging for each request costs as much as a short response, so it is on at log level `debug` and `trace` only. Failures
 * are always logged, with the id of the request.
 */
const quiet: FastifyServerOptions = {
  logController: new LogController({ disableRequestLogging: true }),
  childLoggerFactory: (logger) => logger
}

/** Returns a ready server that does not listen yet, for production and for tests. */
export async function buildServer ({ config, logger = false, hasCrashed = false, commandLimits, maxDelayMs }: ServerOptions) {
  const isDebugging = config.LOG_LEVEL === 'debug' || config.LOG_LEVEL === 'trace'
  const server = Fastify({
    logger,
    // No limit: migrating a large database takes long.
    pluginTimeout: 0,
    ...!isDebugging && quiet,
    bodyLimit: MAX_BODY_BYTES,
    genReqId: requestIds(),
    requestIdHeader: false,
    trustProxy: config.TRUST_PROXY?.split(',').map((range) => range.trim()) ?? false,
    forceCloseConnections: 'idle',
    // plugins/stopping.ts does this, with a problem document.
    return503OnClosing: false,
    connectionTimeout: 60_000,
    // Node's limit counts from the beginning of a request, so it would cut long uploads. plugins/http-manners.ts limits bodies.
    requestTimeout: 0,
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5000, maxHeaderSize: 16_384, requireHostHeader: false },
    schemaController: { compilersFactory: schemaCompilers() },
    frameworkErrors: (error, request, reply) => { request.server.answerFailure(error, request, reply) }
  }).withTypeProvider<TypeBoxTypeProvider>()

  server.decorate('config', config)
  server.decorate('commandLimits', commandLimits ?? null)
  server.decorate('maxDelayMs', maxDelayMs ?? null)
  server.decorate('hasCrashed', hasCrashed)
  server.server.maxConnections = maxConnections()
  try {
    await server.register(app)
    await server.ready()
  } catch (error) {
    // The writer thread would keep the process from ending.
    await server.close()
    throw error
  }
  return server
}

/** Descriptors that are kept for the database, uploads and threads. */
const KEPT_DESCRIPTORS = 256

/** Connections at once, so that sockets never take the last descriptor of the process. */
function maxConnections (): number {
  const limit = openFilesLimit()
  return Math.min(MAX_CONNECTIONS, Math.max(limit - KEPT_DESCRIPTORS, limit / 2))
}

/** How many descriptors this process may have; 1024, the usual limit, where it cannot be read. */
function openFilesLimit (): number {
  try {
    const [, limit] = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return Number(limit ?? 1024)
  } catch {
    return 1024
  }
}

/** Returns a generator of request ids: a random prefix for this start, and a counter. A random id for each costs more. */
function requestIds () {
  const start = randomUUID()
  let count = 0
  return () => `${start}-${++count}`
}
