import fp from 'fastify-plugin'
import { connectOpenAi, type OpenAiServer } from '../src/openai/connect.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAI-compatible server of the configuration, or null without one. */
    openai: OpenAiServer | null
  }
}

/** The OpenAI-compatible server. Closing aborts its pending requests. */
export default fp(async (fastify) => {
  const server = await connectOpenAi(fastify.config)
  fastify.decorate('openai', server)
  fastify.addHook('preClose', async () => server?.close())
}, { name: 'openai', decorators: { fastify: ['config'] } })
