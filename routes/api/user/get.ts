import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { OwnUserSchema } from '../../../src/accounts/schemas.js'
import { usageOf } from '../../../src/accounts/usage.js'
import { viewAccount } from '../../../src/accounts/view.js'
import { problems, ref, requires } from '../../../src/schemas.js'

/** GET /api/user returns the caller's account. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('', {
    schema: {
      operationId: 'getUser',
      summary: 'The account that is signed in, with what it takes up',
      tags: ['accounts'],
      security: requires('read'),
      response: { 200: ref(OwnUserSchema), ...problems() }
    }
  }, async (request) => {
    const account = request.signedIn()
    const { quota: { maxConversations, maxBytes }, database: { reader } } = fastify
    const usage = { ...usageOf(reader, account.no), maxConversations: maxConversations || null, maxBytes: maxBytes || null }
    return { ...viewAccount(account), usage }
  })
}

export default routes
