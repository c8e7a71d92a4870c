import type { Static } from '@sinclair/typebox'
import type {
  MinimalConversation, TConversation, TConversationTag, TDeleteConversationResponse, TImportResponse, TLoginResponse, TMessage,
  TRefreshTokenResponse, TUser
} from 'librechat-data-provider'
import type { SignedInSchema, UserView } from '../../src/accounts/schemas.js'
import type { ConversationRowSchema, ConversationView, DeletionSchema } from '../../src/conversations/schemas.js'
import type { ImportReportSchema } from '../../src/imports/schemas.js'
import type { MessageView } from '../../src/messages/schemas.js'
import type { TagSchema } from '../../src/tags/schemas.js'

/*
 * Our wire types against those that LibreChat's client library promises its users: this file compiles only while
 * every answer fits.
 */

type Fits<Promised, Ours extends Promised> = Ours

/** What they list the values of is text here, since histories from elsewhere have others. */
type WithText<T> = { [K in keyof T]: AsText<T[K]> }
type AsText<T> = T extends string ? string : T

/** A conversation of no known provider has no endpoint, where theirs says null. */
type Optional<T> = Partial<Pick<T, keyof T & 'endpoint'>> & Omit<T, 'endpoint'>

/** Whatever clients put there is given back, so there is no type of ours to compare. */
type Opaque = 'feedback' | 'content' | 'files' | 'attachments'

export type Answers = [
  Fits<Optional<WithText<TConversation>>, ConversationView>,
  Fits<Optional<WithText<MinimalConversation>>, Static<typeof ConversationRowSchema>>,
  Fits<Omit<WithText<TMessage>, Opaque>, Omit<MessageView, Opaque>>,
  Fits<TConversationTag, Static<typeof TagSchema>>,
  Fits<TUser, UserView>,
  Fits<TLoginResponse & TRefreshTokenResponse, Static<typeof SignedInSchema>>,
  Fits<TDeleteConversationResponse, Static<typeof DeletionSchema>>,
  Fits<TImportResponse, Static<typeof ImportReportSchema>>
]
