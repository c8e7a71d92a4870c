import fp from 'fastify-plugin'
import { createTitleGenerator, type TitleGenerator } from '../src/titles/generate.js'
import { openAiTitle } from '../src/titles/openai-title.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Generates titles of untitled conversations. */
    titles: TitleGenerator
  }
}

/** Generates titles for untitled conversations, with a model if one is configured. */
export default fp(async (fastify) => {
  const { config: { TITLE_CONVO: isEnabled, TITLE_PROVIDER: provider, TITLE_MODEL: model }, openai, database } = fastify
  fastify.decorate('titles', createTitleGenerator({
    database,
    isEnabled,
    ...(provider === 'openai' && openai && { askModel: (exchange) => openAiTitle(openai, model, exchange) }),
    onModelFailure: (error, conversationId) => fastify.log.warn({ err: error, conversationId }, 'A title is made without the model')
  }))
}, { name: 'titles', dependencies: ['database', 'openai'] })
