import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'

/** Milliseconds a turn of the event loop may take before new requests are turned away. */
const MAX_DELAY = 1000

/** Loading the program is one long turn of the loop, which says nothing about the requests after it. */
const GRACE = 5000

/** Sheds load before requests pile up; who is turned away is told when to come back. */
export default fp(async (fastify) => {
  let readyAt = Infinity
  fastify.addHook('onReady', async () => { readyAt = performance.now() })
  await fastify.register(underPressure, {
    maxEventLoopDelay: MAX_DELAY,
    sampleInterval: 500,
    exposeStatusRoute: false,
    pressureHandler: () => {
      if (performance.now() - readyAt > GRACE) throw new DomainError('BUSY', 'The server is busy; try again shortly')
    }
  })
}, { name: 'pressure', dependencies: ['error-handler'] })
