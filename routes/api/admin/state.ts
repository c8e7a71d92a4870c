import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ServerStateSchema } from '../../../src/maintenance/schemas.js'
import { problems, ref, requires } from '../../../src/schemas.js'

/** GET /api/admin/state: the state of the server and its storage. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/state', {
    schema: {
      operationId: 'getServerState',
      summary: 'How the server is: trouble with the storage, sizes, the last backup and check',
      tags: ['administration'],
      security: requires('admin'),
      response: { 200: ref(ServerStateSchema), ...problems() }
    }
  }, async () => fastify.maintenance.state())
}

export default routes
