import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { SessionSchema } from '../../../src/accounts/schemas.js'
import { endOtherSessions, endSession } from '../../../src/accounts/session-commands.js'
import { listSessions } from '../../../src/accounts/session-queries.js'
import { viewSession } from '../../../src/accounts/view.js'
import { IdSchema, problems, ref } from '../../../src/schemas.js'

/** GET and DELETE /api/auth/sessions, DELETE /api/auth/sessions/:sessionId: lists and ends the caller's sessions. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/sessions', {
    schema: {
      operationId: 'listSessions',
      summary: 'List the sessions of the account, the one used last first',
      tags: ['accounts'],
      response: { 200: Type.Object({ sessions: Type.Array(ref(SessionSchema)) }), ...problems() }
    }
  }, async (request) => {
    const sessions = listSessions(fastify.database.reader, request.signedIn().no, Date.now())
    return { sessions: sessions.map((session) => viewSession(session, request.identity?.session?.id)) }
  })

  fastify.delete('/sessions', {
    schema: {
      operationId: 'endOtherSessions',
      summary: 'End all other sessions of the account',
      description: 'Their access tokens end with them. API keys stay.',
      tags: ['accounts'],
      response: {
        200: Type.Object({ endedCount: Type.Integer() }, { examples: [{ endedCount: 2 }] }),
        ...problems(400, 413, 415)
      }
    }
  }, async (request) => {
    const exceptId = request.identity?.session?.id ?? null
    return { endedCount: await endOtherSessions(fastify.database.writer, { userNo: request.signedIn().no, exceptId }) }
  })

  fastify.delete('/sessions/:sessionId', {
    schema: {
      operationId: 'endSession',
      summary: 'End one session of the account, and its access tokens',
      tags: ['accounts'],
      params: Type.Object({ sessionId: IdSchema }),
      response: { 204: Type.Null({ description: 'The session has ended.' }), ...problems(400, 404, 413, 415) }
    }
  }, async (request, reply) => {
    await endSession(fastify.database.writer, { userNo: request.signedIn().no, id: request.params.sessionId })
    return reply.code(204).send(null)
  })
}

export default routes
