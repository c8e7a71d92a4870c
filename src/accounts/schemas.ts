import { type Static, Type } from '@sinclair/typebox'
import { TimeSchema } from '../schemas.js'

const EmailSchema = Type.String({ format: 'email', maxLength: 254, examples: ['ada@example.com'] })
const NAME = '^[^\\p{Cc}\\p{Cs}]*$'

/** An account as its owner sees it; the fields of LibreChat's that exist here. */
export const UserSchema = Type.Object({
  _id: Type.String({ description: 'Same as `id`.' }),
  id: Type.String(),
  name: Type.String(),
  username: Type.String(),
  email: Type.String({ description: 'Empty for accounts whose tokens are signed elsewhere and name no address.' }),
  avatar: Type.String({ description: 'Always empty: accounts have no picture.' }),
  provider: Type.String(),
  role: Type.Union([Type.Literal('USER'), Type.Literal('ADMIN')]),
  createdAt: TimeSchema,
  updatedAt: TimeSchema
}, {
  $id: 'User',
  examples: [{
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
  }]
})

/** `UserSchema` as a type. */
export type UserView = Static<typeof UserSchema>

/** The answer to signing in and to refreshing. */
export const SignedInSchema = Type.Object({
  token: Type.String({ description: 'Access token for the Authorization header, after `Bearer `.', examples: ['eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl'] }),
  user: Type.Unsafe<UserView>({ $ref: 'User#' })
}, { $id: 'SignedIn' })

/** An answer that only says what was done. */
export const NoticeSchema = Type.Object({ message: Type.String() }, { $id: 'Notice', examples: [{ message: 'Logout successful' }] })

/** What it takes to register. */
export const RegisterSchema = Type.Object({
  email: EmailSchema,
  password: Type.String({ minLength: 8, maxLength: 128, examples: ['correct horse battery staple'] }),
  confirm_password: Type.Optional(Type.String({ maxLength: 128, description: 'The password again.' })),
  name: Type.Optional(Type.String({ minLength: 3, maxLength: 80, pattern: NAME, examples: ['Ada Lovelace'] })),
  username: Type.Optional(Type.String({ maxLength: 80, pattern: NAME, examples: ['ada'] }))
}, { additionalProperties: false })

/** What it takes to sign in. */
export const LoginSchema = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254, examples: ['ada@example.com'] }),
  password: Type.String({ minLength: 1, maxLength: 128, examples: ['correct horse battery staple'] })
}, { additionalProperties: false })
