import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { DomainError } from '../src/errors.js'
import { problems } from '../src/schemas.js'
import { indexedShare } from '../src/search/index/progress.js'

const answer = (description: string) => Type.String({ description, examples: ['OK'] })

/** GET /health, /livez and /readyz: whether the process responds, and whether it can work. */
const health: FastifyPluginAsyncTypebox = async (fastify) => {
  for (const path of ['/health', '/livez']) {
    fastify.get(path, {
      schema: {
        operationId: path.slice(1),
        summary: 'Whether the process answers',
        tags: ['server'],
        security: [],
        produces: ['text/plain'],
        response: { 200: answer('The process answers.') }
      }
    }, async (_request, reply) => reply.type('text/plain').send('OK'))
  }

  fastify.get('/readyz', {
    schema: {
      operationId: 'readyz',
      summary: 'Whether the database can be read and written, and if not, why',
      tags: ['server'],
      security: [],
      produces: ['text/plain'],
      response: { 200: answer('Reads and writes work.'), ...problems(503) }
    }
  }, async (_request, reply) => {
    const trouble = await fastify.monitor.readiness()
    if (trouble) throw new DomainError('NOT_READY', `${trouble.trouble}: ${trouble.reason}`)
    const share = indexedShare(fastify.database.reader)
    return reply.type('text/plain').send(share === null ? 'OK' : `OK, and the search index is made again: ${Math.floor(share * 100)} %`)
  })
}

export default health
