import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import auth from '../../plugins/auth.js'
import condition from '../../plugins/condition.js'
import cors from '../../plugins/cors.js'
import database from '../../plugins/database.js'
import errorHandler from '../../plugins/error-handler.js'
import jsonBody from '../../plugins/json-body.js'
import rateLimit from '../../plugins/rate-limit.js'
import schemas from '../../plugins/schemas.js'
import type { Config } from '../../src/config.js'
import { schemaCompilers } from '../../src/schema-compilers.js'
import { testConfig } from '../helper.js'

/** A server with the plugins that every request passes, and routes of the test's own. */
export async function probe (t: Test, overrides: Partial<Config>, routes: (fastify: FastifyInstance) => void) {
  const server = Fastify({
    schemaController: { compilersFactory: schemaCompilers() },
    trustProxy: overrides.TRUST_PROXY ?? false,
    frameworkErrors: (error, request, reply) => { request.server.answerFailure(error, request, reply) }
  })
  t.teardown(() => server.close())
  server.decorate('config', { ...testConfig, ...overrides })
  server.decorate('commandLimits', null)
  for (const plugin of [condition, schemas, database, cors, errorHandler, jsonBody, auth, rateLimit]) await server.register(plugin)
  routes(server)
  await server.ready()
  return server
}

/** What the server, listening, answers to exactly these bytes until it closes the connection. */
export async function sendRaw (server: FastifyInstance, bytes: string): Promise<string> {
  const { hostname, port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(port), hostname)
  socket.write(bytes)
  return text(socket)
}
