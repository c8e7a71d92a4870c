import cors from '@fastify/cors'
import fp from 'fastify-plugin'

/** Lets pages of the configured origins call this server; without any, browsers keep other sites out. */
export default fp(async (fastify) => {
  const origins = fastify.config.CORS_ORIGIN?.split(',').map((origin) => origin.trim()).filter(Boolean)
  if (!origins) return
  await fastify.register(cors, {
    origin: origins,
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
  })
}, { name: 'cors', decorators: { fastify: ['config'] } })
