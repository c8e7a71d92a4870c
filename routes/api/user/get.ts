import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { UserSchema } from '../../../src/accounts/schemas.js'
import { viewAccount } from '../../../src/accounts/view.js'
import { problems, ref } from '../../../src/schemas.js'

/** GET /api/user tells who is signed in. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('', {
    schema: {
      operationId: 'getUser',
      summary: 'The account that is signed in',
      tags: ['accounts'],
      response: { 200: ref(UserSchema), ...problems() }
    }
  }, async (request) => viewAccount(request.signedIn()))
}

export default routes
