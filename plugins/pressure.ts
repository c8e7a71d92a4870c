import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'
import { isHealthCheck } from '../src/health-paths.js'

/** New requests are refused above this event-loop delay. */
const MAX_DELAY_MS = 1000

/** Time after the start in which nothing is refused, because loading the program is one long turn of the event loop. */
const START_GRACE_MS = 5000

/** Refuses requests with 503 and Retry-After while the event loop is overloaded. */
export default fp(async (fastify) => {
  let isOverloaded = () => false
  // In a scope without routes, because the plugin's own hook looks up the route's options for each request, which is
  // slow.
  await fastify.register(async (measuring) => {
    await measuring.register(underPressure, { maxEventLoopDelay: fastify.maxDelayMs ?? MAX_DELAY_MS, sampleInterval: 500, exposeStatusRoute: false })
    isOverloaded = measuring.isUnderPressure
  })
  let readyAt = Infinity
  fastify.addHook('onReady', async () => { readyAt = performance.now() })
  fastify.addHook('onRequest', ({ url }, _reply, done) => {
    const isRefused = isOverloaded() && !isHealthCheck(url) && performance.now() - readyAt > START_GRACE_MS
    done(isRefused ? new DomainError('BUSY', 'The server is busy; try again shortly') : undefined)
  })
}, { name: 'pressure', dependencies: ['error-handler'], decorators: { fastify: ['maxDelayMs'] } })
