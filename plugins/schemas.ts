import fp from 'fastify-plugin'
import {
  AccountDeletedSchema, ApiKeySchema, ListedUserSchema, NewApiKeySchema, NoticeSchema, OwnUserSchema, PasswordLinkSchema,
  RegistrationStateSchema, SessionSchema, SignedInSchema, UserSchema
} from '../src/accounts/schemas.js'
import { ConversationCopySchema } from '../src/copies/schemas.js'
import { ConversationRowSchema, ConversationSchema, DeletionSchema } from '../src/conversations/schemas.js'
import { ExportStatusSchema } from '../src/exports/schemas.js'
import { ImportReportSchema, ImportStatusSchema } from '../src/imports/schemas.js'
import { ServerStateSchema } from '../src/maintenance/schemas.js'
import { MessageSchema } from '../src/messages/schemas.js'
import { FoundMessageSchema } from '../src/search/find/schemas.js'
import { ProblemSchema } from '../src/schemas.js'
import { TagSchema } from '../src/tags/schemas.js'

const shared = [
  ProblemSchema, NoticeSchema,
  UserSchema, OwnUserSchema, SignedInSchema, SessionSchema, ApiKeySchema, NewApiKeySchema, AccountDeletedSchema,
  ListedUserSchema, PasswordLinkSchema, RegistrationStateSchema, ServerStateSchema,
  ConversationRowSchema, ConversationSchema, ConversationCopySchema, DeletionSchema, MessageSchema, FoundMessageSchema, TagSchema, ImportReportSchema, ImportStatusSchema,
  ExportStatusSchema
]

/** Registers the schemas that routes refer to by `$id`. */
export default fp(async (fastify) => {
  for (const schema of shared) fastify.addSchema(schema)
}, { name: 'schemas' })
