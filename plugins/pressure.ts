import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'

/** Milliseconds a turn of the event loop may take before new requests are turned away. */
const MAX_DELAY = 1000

/** Loading the program is one long turn of the loop, which says nothing about the requests after it. */
const GRACE = 5000

/** Sheds load before requests pile up; who is turned away is told when to come back. */
export default fp(async (fastify) => {
  let isOverloaded = () => false
  // In a context without routes, as its own hook looks up all options of a route for each request.
  await fastify.register(async (measuring) => {
    await measuring.register(underPressure, { maxEventLoopDelay: MAX_DELAY, sampleInterval: 500, exposeStatusRoute: false })
    isOverloaded = measuring.isUnderPressure
  })
  let readyAt = Infinity
  fastify.addHook('onReady', async () => { readyAt = performance.now() })
  fastify.addHook('onRequest', (_request, _reply, done) => {
    const isTurnedAway = isOverloaded() && performance.now() - readyAt > GRACE
    done(isTurnedAway ? new DomainError('BUSY', 'The server is busy; try again shortly') : undefined)
  })
}, { name: 'pressure', dependencies: ['error-handler'] })
