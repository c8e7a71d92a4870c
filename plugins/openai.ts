import fp from 'fastify-plugin'
import { connectOpenAi, type OpenAiServer } from '../src/openai/connect.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAI-compatible server of the configuration, or null when it names none. */
    openai: OpenAiServer | null
  }
}

/** The connection to an OpenAI-compatible server; a stop does not wait for its answers. */
export default fp(async (fastify) => {
  const server = await connectOpenAi(fastify.config)
  fastify.decorate('openai', server)
  fastify.addHook('preClose', async () => server?.close())
}, { name: 'openai', decorators: { fastify: ['config'] } })
