import { type Static, Type } from '@sinclair/typebox'
import { scopes } from '../scopes.js'
import { IdSchema, TimeSchema } from '../schemas.js'
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './password-rules.js'

const EmailSchema = Type.String({ format: 'email', maxLength: 254, examples: ['ada@example.com'] })

/** Names of people and of keys. */
export const NAME = '^[^\\p{Cc}\\p{Cs}]*$'

const NameSchema = Type.String({ minLength: 1, maxLength: 80, pattern: NAME, examples: ['Ada Lovelace'] })
const UsernameSchema = Type.String({ maxLength: 80, pattern: NAME, examples: ['ada'] })
const NullableTimeSchema = Type.Union([TimeSchema, Type.Null()])

/** A new password. */
const NewPasswordSchema = Type.String({
  minLength: MIN_PASSWORD_LENGTH,
  maxLength: MAX_PASSWORD_LENGTH,
  description: 'Not the e-mail address, not one character repeated, not one of the 10,000 commonest passwords.',
  examples: ['correct horse battery staple']
})

/** A password that is checked against the stored one. */
const PasswordSchema = Type.String({ minLength: 1, maxLength: MAX_PASSWORD_LENGTH, examples: ['correct horse battery staple'] })

const RoleSchema = Type.Union([Type.Literal('USER'), Type.Literal('ADMIN')])

const userExample = {
  _id: '019ab1c2-6b1e-7a52-9d7e-3c1f0a4b5d6e',
  id: '019ab1c2-6b1e-7a52-9d7e-3c1f0a4b5d6e',
  name: 'Ada Lovelace',
  username: 'ada',
  email: 'ada@example.com',
  avatar: '',
  provider: 'local',
  role: 'ADMIN',
  createdAt: '2026-01-02T10:00:00.000Z',
  updatedAt: '2026-01-02T10:00:00.000Z'
}

/** An account as its owner sees it, with the fields of LibreChat's that exist here. */
export const UserSchema = Type.Object({
  _id: Type.String({ description: 'Same as `id`.' }),
  id: Type.String(),
  name: Type.String(),
  username: Type.String(),
  email: Type.String({ description: 'Empty for accounts whose tokens are signed elsewhere and name no address.' }),
  avatar: Type.String({ description: 'Always empty: accounts have no picture.' }),
  provider: Type.String(),
  role: RoleSchema,
  createdAt: TimeSchema,
  updatedAt: TimeSchema
}, {
  $id: 'User',
  examples: [userExample]
})

/** `UserSchema` as a type. */
export type UserView = Static<typeof UserSchema>

/** The response to signing in and to refreshing. */
export const SignedInSchema = Type.Object({
  token: Type.String({ description: 'Access token for the Authorization header, after `Bearer `.', examples: ['eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl'] }),
  user: Type.Unsafe<UserView>({ $ref: 'User#' })
}, { $id: 'SignedIn' })

/** A response with a message only. */
export const NoticeSchema = Type.Object({ message: Type.String() }, { $id: 'Notice', examples: [{ message: 'Logout successful' }] })

/** The body of a registration. */
export const RegisterSchema = Type.Object({
  email: EmailSchema,
  password: NewPasswordSchema,
  confirm_password: Type.Optional(Type.String({ maxLength: MAX_PASSWORD_LENGTH, description: 'The password again.' })),
  name: Type.Optional(NameSchema),
  username: Type.Optional(UsernameSchema)
}, { additionalProperties: false })

/** The body of a sign-in. */
export const LoginSchema = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254, examples: ['ada@example.com'] }),
  password: PasswordSchema
}, { additionalProperties: false })

const usageMembers = {
  conversations: Type.Integer({ description: 'Archived ones too.' }),
  bytes: Type.Integer({ description: 'Of the texts and contents of all messages. Deleted ones count until they are swept, a moment later.' })
}

const limitMember = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description: `${description} Null: no limit.` })

/** The caller's account with its usage. */
export const OwnUserSchema = Type.Object({
  ...UserSchema.properties,
  usage: Type.Object({
    ...usageMembers,
    maxConversations: limitMember('Conversations that the account can have.'),
    maxBytes: limitMember('Bytes that the account can take up.')
  })
}, {
  $id: 'OwnUser',
  examples: [{ ...userExample, usage: { conversations: 12, bytes: 345_678, maxConversations: null, maxBytes: null } }]
})

/** `OwnUserSchema` as a type. */
export type OwnUserView = Static<typeof OwnUserSchema>

/** An account as an administrator sees it. */
export const ListedUserSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  username: Type.String(),
  email: UserSchema.properties.email,
  provider: Type.String(),
  role: RoleSchema,
  isDisabled: Type.Boolean(),
  ...usageMembers,
  createdAt: TimeSchema,
  updatedAt: TimeSchema
}, {
  $id: 'ListedUser',
  examples: [{
    id: userExample.id,
    name: userExample.name,
    username: userExample.username,
    email: userExample.email,
    provider: 'local',
    role: 'ADMIN',
    isDisabled: false,
    conversations: 12,
    bytes: 345_678,
    createdAt: userExample.createdAt,
    updatedAt: userExample.updatedAt
  }]
})

/** `ListedUserSchema` as a type. */
export type ListedUserView = Static<typeof ListedUserSchema>

/** A change of an account by an administrator. Absent fields stay. */
export const UserChangeSchema = Type.Object({
  role: Type.Optional(RoleSchema),
  isDisabled: Type.Optional(Type.Boolean({ description: 'A disabled account cannot sign in, and its sessions end. Its data stays.' }))
}, { additionalProperties: false, minProperties: 1, examples: [{ isDisabled: true }] })

/** A link by which the owner of an account sets a new password. */
export const PasswordLinkSchema = Type.Object({
  token: Type.String({ description: 'Good once; send it to POST /api/auth/password-link.' }),
  path: Type.String({ description: 'Where the page takes the new password; put it after the address of this server.' }),
  expiresAt: TimeSchema
}, {
  $id: 'PasswordLink',
  examples: [{ token: 'the-part-after-the-number-sign', path: '/password#the-part-after-the-number-sign', expiresAt: '2026-01-02T11:00:00.000Z' }]
})

/** Whether registration is open. */
export const RegistrationStateSchema = Type.Object({
  isOpen: Type.Boolean({ description: 'Whether an account can be made now.' })
}, { $id: 'RegistrationState', additionalProperties: false, examples: [{ isOpen: false }] })

/** A change of password. */
export const PasswordChangeSchema = Type.Object({
  current: Type.Optional(Type.String({ ...PasswordSchema, description: 'Not needed within five minutes of signing in.' })),
  new: NewPasswordSchema
}, { additionalProperties: false })

/** A change of the profile. Absent fields stay. */
export const ProfileChangeSchema = Type.Object({
  name: Type.Optional(NameSchema),
  username: Type.Optional(UsernameSchema),
  email: Type.Optional(EmailSchema),
  password: Type.Optional(Type.String({
    ...PasswordSchema, description: 'Needed for another e-mail address, except within five minutes of signing in.'
  }))
}, { additionalProperties: false, minProperties: 1, examples: [{ name: 'Ada Lovelace' }] })

/** The body of an account's deletion. LibreChat's clients send no body. */
export const AccountDeletionSchema = Type.Object({
  password: Type.Optional(Type.String({ ...PasswordSchema, description: 'Not needed within five minutes of signing in.' }))
}, { additionalProperties: false, examples: [{ password: 'correct horse battery staple' }] })

/** The response to an account's deletion, with the number of deleted rows. */
export const AccountDeletedSchema = Type.Object({
  message: Type.String(),
  deleted: Type.Object({ conversations: Type.Integer(), messages: Type.Integer() })
}, { $id: 'AccountDeleted', examples: [{ message: 'User deleted', deleted: { conversations: 12, messages: 340 } }] })

/** A new password by an administrator's link. */
export const PasswordLinkUseSchema = Type.Object({
  token: Type.String({ minLength: 1, maxLength: 64, description: 'The last part of the link.', examples: ['the-part-after-the-number-sign'] }),
  password: NewPasswordSchema
}, { additionalProperties: false })

/** A session as its owner sees it. */
export const SessionSchema = Type.Object({
  id: IdSchema,
  userAgent: Type.String({ description: 'The browser or program that signed in; empty when it did not tell.' }),
  isCurrent: Type.Boolean({ description: 'Whether this request belongs to the session.' }),
  createdAt: TimeSchema,
  lastUsedAt: Type.String({ ...TimeSchema, description: 'When the session was last refreshed.' }),
  expiresAt: Type.String({ ...TimeSchema, description: 'When it ends unless it is refreshed before.' })
}, {
  $id: 'Session',
  examples: [{
    id: '3f0c8f7e-5d0a-4b43-8a53-0c7f5f1b2a10',
    userAgent: 'Firefox on Linux',
    isCurrent: true,
    createdAt: '2026-01-02T10:00:00.000Z',
    lastUsedAt: '2026-01-03T08:30:00.000Z',
    expiresAt: '2026-01-10T08:30:00.000Z'
  }]
})

/** `SessionSchema` as a type. */
export type SessionView = Static<typeof SessionSchema>

const ScopesSchema = Type.Array(Type.Union(scopes.map((scope) => Type.Literal(scope))), {
  minItems: 1, maxItems: scopes.length, description: 'What the key may do.', examples: [['read', 'import']]
})

/** The request for a new API key. */
export const KeyRequestSchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80, pattern: NAME, examples: ['nightly import'] }),
  scopes: ScopesSchema,
  expiresAt: Type.Optional(Type.Union([TimeSchema, Type.Null()], { description: 'Null or left out: the key does not expire.' }))
}, { additionalProperties: false })

const keyMembers = {
  id: IdSchema,
  name: Type.String(),
  lastFour: Type.String({ description: 'The last four characters of the key.' }),
  scopes: ScopesSchema,
  createdAt: TimeSchema,
  expiresAt: NullableTimeSchema,
  lastUsedAt: Type.Union(NullableTimeSchema.anyOf, { description: 'To the hour; null until the key is used.' })
}
const keyExample = {
  id: '5a0f3c52-98a1-4c62-9d7e-3c1f0a4b5d6e',
  name: 'nightly import',
  lastFour: 'x7Qa',
  scopes: ['read', 'import'],
  createdAt: '2026-01-02T10:00:00.000Z',
  expiresAt: null,
  lastUsedAt: '2026-01-03T08:30:00.000Z'
}

/** An API key as its owner sees it in a list. */
export const ApiKeySchema = Type.Object(keyMembers, { $id: 'ApiKey', examples: [keyExample] })

/** `ApiKeySchema` as a type. */
export type ApiKeyView = Static<typeof ApiKeySchema>

/** A new key with its text. */
export const NewApiKeySchema = Type.Object({
  ...keyMembers,
  key: Type.String({ description: 'The key itself, shown this once. Send it as `Authorization: Bearer` or in `x-api-key`.' })
}, { $id: 'NewApiKey', examples: [{ ...keyExample, lastUsedAt: null, key: 'parley_…' }] })
