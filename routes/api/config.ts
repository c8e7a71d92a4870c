import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { registrationOpen } from '../../src/accounts/registration-state.js'
import { isUnclaimed } from '../../src/accounts/user-queries.js'
import { MIN_PASSWORD_LENGTH } from '../../src/accounts/password-rules.js'
import { problems } from '../../src/schemas.js'

/** Further fields that LibreChat's client reads. It hides features that are off. */
const forLibreChat = {
  passwordResetEnabled: false,
  allowAccountDeletion: true,
  minPasswordLength: MIN_PASSWORD_LENGTH,
  helpAndFaqURL: '/',
  interface: {
    modelSelect: true,
    bookmarks: true,
    feedback: true,
    parameters: false,
    presets: false,
    prompts: false,
    memories: false,
    agents: false,
    multiConvo: false,
    temporaryChat: false,
    runCode: false,
    webSearch: false,
    fileSearch: false,
    fileCitations: false,
    sharedLinks: false,
    skills: false,
    schedules: false
  }
}

/** GET /api/config: the configuration that a client needs before sign-in. */
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
          passwordResetEnabled: Type.Boolean({ description: 'Whether people can reset a password by e-mail: never. An administrator makes a link.' }),
          allowAccountDeletion: Type.Boolean(),
          minPasswordLength: Type.Integer(),
          helpAndFaqURL: Type.String({ description: 'LibreChat\'s client shows no link for `/`.' }),
          interface: Type.Record(Type.String(), Type.Boolean(), { description: 'Parts of LibreChat\'s client that are shown.' }),
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
            ...forLibreChat,
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
    ...forLibreChat,
    conversationImportMaxFileSize: fastify.config.CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES
  }))
}

export default config
