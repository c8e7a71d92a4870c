import cors from '@fastify/cors'
import fp from 'fastify-plugin'

/** How long a browser caches the result of a preflight. Chromium allows no more. */
const PREFLIGHT_SECONDS = 7200

/** Allows the configured origins (CORS_ORIGIN) to call the API. Without any, no CORS headers are sent. */
export default fp(async (fastify) => {
  const origins = fastify.config.CORS_ORIGIN?.split(',').map((origin) => origin.trim()).filter(Boolean)
  if (!origins) return
  await fastify.register(cors, {
    origin: origins,
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    maxAge: PREFLIGHT_SECONDS,
    exposedHeaders: ['etag', 'link', 'location', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
  })
}, { name: 'cors', decorators: { fastify: ['config'] } })
