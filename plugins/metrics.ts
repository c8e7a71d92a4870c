import fp from 'fastify-plugin'
import type { Registry } from 'prom-client'

declare module 'fastify' {
  interface FastifyInstance {
    /** The registry behind /metrics. Null unless METRICS is on. */
    metrics: Registry | null
  }
}

/** Counts and times requests by route, for Prometheus. */
export default fp(async (fastify) => {
  fastify.decorate('metrics', null)
  if (!fastify.config.METRICS) return
  // Loaded on use, because it is large.
  const { collectDefaultMetrics, Counter, Histogram, Registry } = await import('prom-client')
  const registry = new Registry()
  const labelNames = ['method', 'route', 'status']
  const requests = new Counter({ name: 'http_requests_total', help: 'Requests answered.', labelNames, registers: [registry] })
  const durations = new Histogram({ name: 'http_request_duration_seconds', help: 'Time to the answer.', labelNames, registers: [registry] })
  collectDefaultMetrics({ register: registry })
  fastify.metrics = registry

  fastify.addHook('onResponse', async (request, reply) => {
    // Unknown paths share one label. Otherwise clients could create any number of time series.
    const labels = { method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode }
    requests.inc(labels)
    durations.observe(labels, reply.elapsedTime / 1000)
  })
}, { name: 'metrics', decorators: { fastify: ['config'] } })
