import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { registrationOpen, setRegistration } from '../../../src/accounts/registration-state.js'
import { RegistrationStateSchema } from '../../../src/accounts/schemas.js'
import { problems, ref, requires } from '../../../src/schemas.js'

/** GET and PUT /api/admin/registration: whether registration is open. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  const { database: { reader, writer }, config: { ALLOW_REGISTRATION: isAllowed } } = fastify
  const security = requires('admin')

  fastify.get('/registration', {
    schema: {
      operationId: 'getRegistration',
      summary: 'Whether people can register',
      tags: ['administration'],
      security,
      response: { 200: ref(RegistrationStateSchema), ...problems() }
    }
  }, async () => ({ isOpen: registrationOpen(reader, isAllowed) }))

  fastify.put('/registration', {
    schema: {
      operationId: 'setRegistration',
      summary: 'Open or close registration, whatever ALLOW_REGISTRATION says',
      tags: ['administration'],
      security,
      body: ref(RegistrationStateSchema),
      response: { 200: ref(RegistrationStateSchema), ...problems(400, 413, 415) }
    }
  }, async ({ body: { isOpen } }) => {
    await setRegistration(writer, { isOpen })
    return { isOpen: registrationOpen(reader, isAllowed) }
  })
}

export default routes
