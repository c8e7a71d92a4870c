import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { assertStorable } from '../../../src/json.js'
import { rateMessage } from '../../../src/messages/commands.js'
import { FeedbackSchema } from '../../../src/messages/schemas.js'
import { IdSchema, problems, requires } from '../../../src/schemas.js'

/** PUT /api/messages/:conversationId/:messageId/feedback: rates an answer. */
const feedback: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.put('/:conversationId/:messageId/feedback', {
    schema: {
      operationId: 'rateMessage',
      summary: 'Rate a message, or take the rating back with null or nothing',
      tags: ['messages'],
      security: requires('write'),
      params: Type.Object({ conversationId: IdSchema, messageId: IdSchema }),
      body: Type.Object({ feedback: Type.Optional(Type.Union([FeedbackSchema, Type.Null()])) }, {
        additionalProperties: false, examples: [{ feedback: { rating: 'thumbsUp' } }]
      }),
      response: {
        200: Type.Object({
          messageId: IdSchema, conversationId: IdSchema, feedback: Type.Optional(FeedbackSchema)
        }, { examples: [{ messageId: 'm1', conversationId: 'c1', feedback: { rating: 'thumbsUp' } }] }),
        ...problems(400, 403, 404, 413, 415)
      }
    }
  }, async (request) => {
    const userNo = request.signedIn().no
    // LibreChat's client sends `undefined` to remove a rating. JSON omits such a member.
    const { feedback = null } = request.body
    assertStorable(feedback, 'feedback')
    await rateMessage(fastify.database.writer, { ...request.params, userNo, feedback, roomBytes: request.roomBytes(), now: Date.now() })
    return { ...request.params, ...(feedback && { feedback }) }
  })
}

export default feedback
