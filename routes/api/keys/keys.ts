import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { deleteKey } from '../../../src/accounts/key-commands.js'
import { listKeys } from '../../../src/accounts/key-queries.js'
import { makeKey } from '../../../src/accounts/keys.js'
import { ApiKeySchema, KeyRequestSchema, NewApiKeySchema } from '../../../src/accounts/schemas.js'
import { viewKey } from '../../../src/accounts/view.js'
import { IdSchema, problems, ref } from '../../../src/schemas.js'

/** GET and POST /api/keys, DELETE /api/keys/:keyId: API keys. None of these routes takes a key. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  const { database } = fastify

  fastify.get('', {
    schema: {
      operationId: 'listKeys',
      summary: 'List your API keys, newest first',
      tags: ['accounts'],
      response: { 200: Type.Object({ keys: Type.Array(ref(ApiKeySchema)) }), ...problems() }
    }
  }, async (request) => ({ keys: listKeys(database.reader, request.signedIn().no).map(viewKey) }))

  fastify.post('', {
    schema: {
      operationId: 'createKey',
      summary: 'Make an API key for a program',
      description: 'The key is shown once, here. It does what its scopes say and no more: `read` lists and finds, `write` changes, ' +
        '`import` and `export` move histories, `admin` administers.',
      tags: ['accounts'],
      body: KeyRequestSchema,
      response: { 201: ref(NewApiKeySchema), ...problems(400, 409, 413, 415) }
    }
  }, async (request, reply) => {
    const { name, scopes, expiresAt = null } = request.body
    const wanted = { name, scopes, expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }
    const { key, text } = await makeKey(database, request.signedIn().no, wanted, Date.now())
    return reply.code(201).send({ ...viewKey(key), key: text })
  })

  fastify.delete('/:keyId', {
    schema: {
      operationId: 'deleteKey',
      summary: 'Delete an API key; it is refused from the next request on',
      tags: ['accounts'],
      params: Type.Object({ keyId: IdSchema }),
      response: { 204: Type.Null({ description: 'The key is gone.' }), ...problems(400, 404, 413, 415) }
    }
  }, async (request, reply) => {
    await deleteKey(database.writer, { userNo: request.signedIn().no, id: request.params.keyId })
    return reply.code(204).send(null)
  })
}

export default routes
