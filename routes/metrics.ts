import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems } from '../src/schemas.js'

/** GET /metrics: metrics in Prometheus' text format. The route exists only with METRICS on. */
const metrics: FastifyPluginAsyncTypebox = async (fastify) => {
  const registry = fastify.metrics
  if (!registry) return
  fastify.get('/metrics', {
    schema: {
      operationId: 'getMetrics',
      summary: 'Measurements for Prometheus',
      tags: ['server'],
      security: [],
      produces: ['text/plain'],
      response: { 200: Type.String({ examples: ['http_requests_total{method="GET",route="/api/convos",status="200"} 42'] }), ...problems() }
    }
  }, async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}

export default metrics
