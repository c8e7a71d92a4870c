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
    /** Null but in tests. */
    commandLimits: CommandLimits | null
    hasCrashed: boolean
  }
}

export interface ServerOptions {
  config: Config
  logger?: FastifyServerOptions['logger']
  /** Fails each short command that does more; the tests set this. */
  commandLimits?: CommandLimits
  /** Whether the last server on this file ended without closing it; then the file is checked. */
  hasCrashed?: boolean
}

/** Longest a request may take to arrive, headers and body; an upload of the largest import must fit. */
const REQUEST_TIMEOUT = 600_000

/** More would only wait for each other. */
const MAX_CONNECTIONS = 10_000

/** Largest JSON body of a route that does not ask for more. */
const BODY_LIMIT = 65_536

/**
 * Two lines for each request cost as much as a short answer does, and a logger for each some more; who debugs wants
 * them. Failures are logged with the id of the request in any case.
 */
const quiet: FastifyServerOptions = {
  logController: new LogController({ disableRequestLogging: true }),
  childLoggerFactory: (logger) => logger
}

/** A ready server that does not listen yet. Production and tests both get theirs here. */
export async function buildServer ({ config, logger = false, hasCrashed = false, commandLimits }: ServerOptions) {
  const isDebugging = config.LOG_LEVEL === 'debug' || config.LOG_LEVEL === 'trace'
  const server = Fastify({
    logger,
    // Migrating a large database takes as long as it takes.
    pluginTimeout: 0,
    ...!isDebugging && quiet,
    bodyLimit: BODY_LIMIT,
    genReqId: requestIds(),
    requestIdHeader: false,
    trustProxy: config.TRUST_PROXY?.split(',').map((range) => range.trim()) ?? false,
    forceCloseConnections: 'idle',
    // plugins/stopping.ts does this, in the form of every other failure.
    return503OnClosing: false,
    connectionTimeout: 60_000,
    requestTimeout: REQUEST_TIMEOUT,
    maxRequestsPerSocket: 1000,
    routerOptions: { maxParamLength: 1024 },
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5000, maxHeaderSize: 16_384 },
    schemaController: { compilersFactory: schemaCompilers() },
    frameworkErrors: (error, request, reply) => { request.server.answerFailure(error, request, reply) }
  }).withTypeProvider<TypeBoxTypeProvider>()

  server.decorate('config', config)
  server.decorate('commandLimits', commandLimits ?? null)
  server.decorate('hasCrashed', hasCrashed)
  server.server.maxConnections = maxConnections()
  try {
    await server.register(app)
    await server.ready()
  } catch (error) {
    // What is open by now, the writer's thread above all, would keep the process from ending.
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

/** Numbers the requests of this start: random ids for each would cost more, and only failures show theirs. */
function requestIds () {
  const start = randomUUID()
  let count = 0
  return () => `${start}-${++count}`
}
