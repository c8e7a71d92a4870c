import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { registrationOpen } from '../../src/accounts/registration-state.js'
import { isUnclaimed } from '../../src/accounts/user-queries.js'
import { problems } from '../../src/schemas.js'

/** GET /api/config: what a client has to know before anyone signs in. */
const config: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/config', {
    schema: {
      operationId: 'getConfig',
      summary: 'What this server offers, for clients that start',
      tags: ['server'],
      security: [],
      response: {
        200: Type.Object({
          appTitle: Type.String(),
          registrationEnabled: Type.Boolean({ description: 'Whether an account can be made now.' }),
          hasAccounts: Type.Boolean({ description: 'False until somebody makes the first account, which becomes the administrator.' }),
          emailLoginEnabled: Type.Boolean(),
          proxyLoginEnabled: Type.Boolean({ description: 'Whether POST /api/auth/proxy may open a session without a password.' }),
          socialLoginEnabled: Type.Boolean(),
          sharedLinksEnabled: Type.Boolean(),
          conversationImportMaxFileSize: Type.Integer({ description: 'In bytes.' })
        }, {
          examples: [{
            appTitle: 'Parley',
            registrationEnabled: true,
            hasAccounts: false,
            emailLoginEnabled: true,
            proxyLoginEnabled: false,
            socialLoginEnabled: false,
            sharedLinksEnabled: false,
            conversationImportMaxFileSize: 1_073_741_824
          }]
        }),
        ...problems()
      }
    }
  }, async () => ({
    appTitle: 'Parley',
    registrationEnabled: registrationOpen(fastify.database.reader, fastify.config.ALLOW_REGISTRATION),
    hasAccounts: !isUnclaimed(fastify.database.reader),
    emailLoginEnabled: true,
    proxyLoginEnabled: fastify.config.AUTH_HEADER_EMAIL !== undefined,
    socialLoginEnabled: false,
    sharedLinksEnabled: false,
    conversationImportMaxFileSize: fastify.config.CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES
  }))
}

export default config
