import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Scope } from '../../scopes.js'
import { time } from './columns.js'

/** Accounts. `no` is never used again, because it is part of the keys of all the user owns (`../keys.ts`). */
export const users = sqliteTable('users', {
  no: integer('no').primaryKey({ autoIncrement: true }),
  /** Unique among accounts that are not deleted. */
  id: text('id').notNull(),
  email: text('email').unique(),
  username: text('username').notNull().default(''),
  name: text('name').notNull().default(''),
  /** argon2id in PHC format; null for accounts whose tokens are signed elsewhere. */
  passwordHash: text('password_hash'),
  provider: text('provider').notNull().default('local'),
  role: text('role', { enum: ['USER', 'ADMIN'] }).notNull().default('USER'),
  disabledAt: integer('disabled_at'),
  /** From then on no query finds the account. The row stays until the sweep has removed all that it owns. */
  deletedAt: integer('deleted_at'),
  /** The number of the next conversation. Only grows. */
  nextConversation: integer('next_conversation').notNull().default(1),
  /** Bytes of the bodies of all their messages, staged and not yet swept ones too. Written by triggers only. */
  storedBytes: integer('stored_bytes').notNull().default(0),
  createdAt: time('created_at'),
  updatedAt: time('updated_at')
}, (t) => [
  uniqueIndex('users_id').on(t.id).where(sql`deleted_at IS NULL`),
  index('users_deleted').on(t.no).where(sql`deleted_at IS NOT NULL`)
])

/** One sign-in. It is over from `expires_at` on. Ending a session sets that to 0. */
export const sessions = sqliteTable('sessions', {
  id: text('id').primaryKey(),
  userNo: integer('user_no').notNull().references(() => users.no, { onDelete: 'cascade' }),
  /** The browser or program that signed in, in short; empty when it did not tell. */
  userAgent: text('user_agent').notNull().default(''),
  createdAt: time('created_at'),
  /** When the session was last refreshed. */
  lastUsedAt: time('last_used_at').default(0),
  expiresAt: time('expires_at')
}, (t) => [index('sessions_user').on(t.userNo), index('sessions_expiry').on(t.expiresAt)])

/** SHA-256 of every refresh token of a session. A spent one is kept so that its reuse is noticed. */
export const refreshTokens = sqliteTable('refresh_tokens', {
  hash: text('hash').primaryKey(),
  sessionId: text('session_id').notNull().references(() => sessions.id, { onDelete: 'cascade' }),
  spentAt: integer('spent_at')
}, (t) => [index('refresh_tokens_session').on(t.sessionId)])

/** Keys for programs. */
export const apiKeys = sqliteTable('api_keys', {
  id: text('id').primaryKey(),
  userNo: integer('user_no').notNull().references(() => users.no, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  /** SHA-256 of the key in hex. */
  hash: text('hash').notNull().unique(),
  /** The last four characters of the key, by which its owner tells it from others. */
  lastFour: text('last_four').notNull(),
  /** JSON array of scopes. */
  scopes: text('scopes', { mode: 'json' }).$type<Scope[]>().notNull(),
  createdAt: time('created_at'),
  /** Null for a key that does not expire. */
  expiresAt: integer('expires_at'),
  /** Written at most once an hour; null until the first use. */
  lastUsedAt: integer('last_used_at')
}, (t) => [index('api_keys_user').on(t.userNo)])

/** Links by which an account gets a new password. An account has one at most. */
export const passwordLinks = sqliteTable('password_links', {
  userNo: integer('user_no').primaryKey().references(() => users.no, { onDelete: 'cascade' }),
  /** SHA-256 of the token in hex. */
  hash: text('hash').notNull().unique(),
  expiresAt: time('expires_at')
})

/** Settings that administrators change at run time; what is not here follows the environment. */
export const serverSettings = sqliteTable('server_settings', {
  name: text('name').primaryKey(),
  value: text('value').notNull()
})
