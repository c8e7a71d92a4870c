import { sql } from 'drizzle-orm'
import { type AnySQLiteColumn, check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Scope } from '../scopes.js'
import { userOfMessage } from './keys.js'

const time = (name: string) => integer(name).notNull()

/** Accounts. `no` is never used again, because it is part of the keys of all the user owns (`keys.ts`). */
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

/**
 * Sets of conversations that become visible or invisible together. A conversation is visible while its partition is `live`. So
 * publishing an import, or deleting everything, changes one row here, and other rows are moved or swept later in small steps.
 *
 * - `staged` belongs to a running import or copy.
 * - `publishing` belongs to a complete import that still applies its changes to other conversations.
 * - `discarded` belongs to an import or copy that was given up.
 * - `dropped` has conversations that their owner deleted.
 *
 * A user's lowest live partition is their home. New conversations go there, and those of other live partitions are moved there.
 */
export const partitions = sqliteTable('partitions', {
  no: integer('no').primaryKey({ autoIncrement: true }),
  /** Null for conversations of accounts that earlier versions deleted. */
  userNo: integer('user_no').references(() => users.no, { onDelete: 'set null' }),
  state: text('state', { enum: ['live', 'staged', 'publishing', 'dropped', 'discarded'] }).notNull(),
  /** How many conversations are in it. Written by triggers only. */
  conversations: integer('conversations').notNull().default(0),
  /** How many messages those have. Written by triggers only. */
  messages: integer('messages').notNull().default(0),
  createdAt: time('created_at')
}, (t) => [
  index('partitions_user').on(t.userNo, t.state),
  index('partitions_state').on(t.state)
])

/** Conversations: one row each, with everything but the messages. */
export const conversations = sqliteTable('conversations', {
  /** Packed, see `keys.ts`. */
  pk: integer('pk').primaryKey(),
  partitionNo: integer('partition_no').notNull().references(() => partitions.no),
  conversationId: text('conversation_id').notNull(),
  title: text('title').notNull(),
  /** What the title sorts by, see `conversations/title.ts`. */
  titleKey: text('title_key').notNull(),
  endpoint: text('endpoint'),
  endpointType: text('endpoint_type'),
  model: text('model'),
  agentId: text('agent_id'),
  assistantId: text('assistant_id'),
  spec: text('spec'),
  iconUrl: text('icon_url'),
  /** JSON array of text, without duplicates. `conversation_tags` follows it by trigger. */
  tags: text('tags').notNull().default('[]'),
  isArchived: integer('is_archived').notNull().default(0),
  /** When it was archived; null unless it is. */
  archivedAt: integer('archived_at'),
  pinned: integer('pinned').notNull().default(0),
  /** JSON object of the remaining settings, by their wire names. */
  settings: text('settings').notNull().default('{}'),
  forkedFromConversation: text('forked_from_conversation'),
  forkedFromMessage: text('forked_from_message'),
  messageCount: integer('message_count').notNull().default(0),
  /** The number of the next message. 0 stands for the title in the search index. */
  nextMessage: integer('next_message').notNull().default(1),
  /** 1 when some message may name a parent that is not here yet. */
  hasOrphans: integer('has_orphans').notNull().default(0),
  createdAt: time('created_at'),
  updatedAt: time('updated_at'),
  /**
   * The list row, see `conversations/list-row.ts`. SQLite computes it when the row changes. It is stored in the indexes below and
   * in `list_rows`, so that one index has all that a page of the list needs.
   */
  listRow: text('list_row').generatedAlwaysAs(sql`printf('%016d', pk) || json_insert(json_patch('{}', json_object(
    'conversationId', conversation_id, 'title', title, 'endpoint', endpoint, 'endpointType', endpoint_type,
    'model', model, 'agent_id', agent_id, 'assistant_id', assistant_id, 'spec', spec, 'iconURL', icon_url,
    'tags', json(tags), 'isArchived', json(iif(is_archived, 'true', 'false')), 'pinned', json(iif(pinned, 'true', 'false')),
    'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch'),
    'updatedAt', strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch'))),
    '$.archivedAt', strftime('%Y-%m-%dT%H:%M:%fZ', archived_at / 1000.0, 'unixepoch'))`, { mode: 'virtual' }),
  /** A copy of `pk`. SQLite uses an index for a range of (sort key, tie) only if neither column is the rowid. */
  tie: integer('tie').notNull().generatedAlwaysAs(sql`pk`, { mode: 'stored' })
}, (t) => {
  const onSort = (name: string, column: AnySQLiteColumn) => [
    index(`conversations_${name}`).on(t.partitionNo, t.isArchived, column, t.tie, t.listRow),
    index(`conversations_pinned_${name}`).on(t.partitionNo, t.isArchived, column, t.tie, t.listRow).where(sql`pinned = 1`)
  ]
  return [
    uniqueIndex('conversations_id').on(t.conversationId, t.partitionNo),
    ...onSort('updated', t.updatedAt), ...onSort('created', t.createdAt), ...onSort('title', t.titleKey),
    // The archive only, so that other conversations cost nothing.
    index('conversations_archived').on(t.partitionNo, t.archivedAt, t.tie, t.listRow).where(sql`is_archived = 1`),
    index('conversations_pinned_archived').on(t.partitionNo, t.archivedAt, t.tie, t.listRow).where(sql`is_archived = 1 AND pinned = 1`),
    check('conversations_flags', sql`is_archived in (0, 1) and pinned in (0, 1)`),
    check('conversations_json', sql`json_valid(tags) and json_valid(settings)`)
  ]
})

/**
 * The list rows by key. Looking one up in the indexes above takes twice as long. Written by triggers only.
 */
export const listRows = sqliteTable('list_rows', {
  conversationPk: integer('conversation_pk').primaryKey().references(() => conversations.pk, { onDelete: 'cascade' }),
  row: text('row').notNull()
})

/**
 * Which conversation has which tag, with the sort keys and the list row, so that a page by tag is read from one index. Written
 * by triggers only.
 */
export const conversationTags = sqliteTable('conversation_tags', {
  conversationPk: integer('conversation_pk').notNull().references(() => conversations.pk, { onDelete: 'cascade' }),
  tag: text('tag').notNull(),
  partitionNo: integer('partition_no').notNull(),
  isArchived: integer('is_archived').notNull(),
  updatedAt: integer('updated_at').notNull(),
  createdAt: integer('created_at').notNull(),
  titleKey: text('title_key').notNull(),
  archivedAt: integer('archived_at'),
  listRow: text('list_row').notNull().default('')
}, (t) => [
  uniqueIndex('conversation_tags_conversation').on(t.conversationPk, t.tag),
  index('conversation_tags_updated').on(t.partitionNo, t.tag, t.isArchived, t.updatedAt, t.conversationPk, t.listRow),
  index('conversation_tags_created').on(t.partitionNo, t.tag, t.isArchived, t.createdAt, t.conversationPk, t.listRow),
  index('conversation_tags_title').on(t.partitionNo, t.tag, t.isArchived, t.titleKey, t.conversationPk, t.listRow),
  index('conversation_tags_archived').on(t.partitionNo, t.tag, t.archivedAt, t.conversationPk, t.listRow).where(sql`is_archived = 1`)
])

/**
 * Messages. In the order of their keys, parents come before children. A trigger on `conversations` refuses the removal of a
 * conversation that has messages, as a foreign key would. A trigger on inserts here would make FTS5 flush before each of them.
 */
export const messages = sqliteTable('messages', {
  /** Packed, see `keys.ts`. */
  pk: integer('pk').primaryKey(),
  messageId: text('message_id').notNull(),
  /** Null for a root. */
  parentMessageId: text('parent_message_id'),
  /** Identifies an imported message across exports. Null for one that was written here. */
  sourceId: text('source_id'),
  /** JSON object of the other wire fields, as `messages/body.ts` writes it. */
  body: text('body').notNull(),
  createdAt: time('created_at'),
  updatedAt: time('updated_at'),
  /** 1 once the text was changed here, so that no import replaces it. */
  editedHere: integer('edited_here').notNull().default(0)
}, (t) => [
  index('messages_id').on(t.messageId),
  // The user's messages by time, and the times of messages that a search found: neither reads a body.
  index('messages_time').on(sql.raw(userOfMessage('pk')), t.createdAt),
  index('messages_created').on(t.pk, t.createdAt)
])

/**
 * Messages that were deleted here, so that no import brings them back. Either id identifies one. A message that an import adds
 * below one of them goes below `parent_message_id`.
 */
export const deletedMessages = sqliteTable('deleted_messages', {
  conversationPk: integer('conversation_pk').notNull().references(() => conversations.pk, { onDelete: 'cascade' }),
  messageId: text('message_id').notNull(),
  sourceId: text('source_id'),
  /** The nearest message above that is still there; null for a root. */
  parentMessageId: text('parent_message_id')
}, (t) => [primaryKey({ columns: [t.conversationPk, t.messageId] })])

/** Tags in the order of their owner. How many conversations have one is counted from `conversation_tags`. */
export const tags = sqliteTable('tags', {
  pk: integer('pk').primaryKey(),
  userNo: integer('user_no').notNull().references(() => users.no, { onDelete: 'cascade' }),
  tag: text('tag').notNull(),
  description: text('description'),
  position: integer('position').notNull(),
  createdAt: time('created_at'),
  updatedAt: time('updated_at')
}, (t) => [uniqueIndex('tags_tag').on(t.userNo, t.tag)])

/**
 * Pending renames and removals of tags, in the order of the keys. Reads translate stored names until a row is applied and
 * removed, see `conversations/tag-names.ts`.
 */
export const tagRenames = sqliteTable('tag_renames', {
  pk: integer('pk').primaryKey(),
  userNo: integer('user_no').notNull().references(() => users.no, { onDelete: 'cascade' }),
  from: text('from_tag').notNull(),
  /** Null for a deleted tag. */
  to: text('to_tag')
}, (t) => [index('tag_renames_user').on(t.userNo)])

/**
 * Where imported conversations came from: one row for each. It stays when the owner deletes the conversation, so that the next
 * import of the same history does not bring it back. The rows of an import that is given up are removed with its conversations.
 * Several rows can name one source: a conversation that was deleted and imported again has two.
 */
export const importOrigins = sqliteTable('import_origins', {
  conversationPk: integer('conversation_pk').primaryKey(),
  userNo: integer('user_no').notNull().references(() => users.no, { onDelete: 'cascade' }),
  source: text('source').notNull(),
  sourceId: text('source_id').notNull(),
  /** Of the draft that was imported last. */
  fingerprint: text('fingerprint').notNull(),
  /** The title that draft had: a conversation still called so was not renamed here. Null once it was renamed or deleted. */
  title: text('title'),
  /** The latest time in that draft; null where its source has no times. A draft with an earlier one is an older export. */
  versionAt: integer('version_at'),
  /** Of what was said in it and when, by which copies from other sources are known; null where its times are not exact. */
  contentHash: text('content_hash')
}, (t) => [
  index('import_origins_source').on(t.userNo, t.source, t.sourceId),
  index('import_origins_content').on(t.userNo, t.contentHash)
])

/** Changes that an import will make in stored conversations when it is published. */
export const stagedUpdates = sqliteTable('staged_updates', {
  partitionNo: integer('partition_no').notNull().references(() => partitions.no, { onDelete: 'cascade' }),
  conversationPk: integer('conversation_pk').notNull(),
  /** For the row in `import_origins`; null where the update only adds messages. */
  fingerprint: text('fingerprint'),
  title: text('title').notNull(),
  versionAt: integer('version_at'),
  contentHash: text('content_hash'),
  /** When the conversation was last changed at its source. */
  updatedAt: time('updated_at')
}, (t) => [primaryKey({ columns: [t.partitionNo, t.conversationPk] })])

/** The new messages of these changes, and those whose text changed at the source. Parents come before children. */
export const stagedMessages = sqliteTable('staged_messages', {
  pk: integer('pk').primaryKey(),
  partitionNo: integer('partition_no').notNull().references(() => partitions.no, { onDelete: 'cascade' }),
  conversationPk: integer('conversation_pk').notNull(),
  sourceId: text('source_id').notNull(),
  parentSourceId: text('parent_source_id'),
  messageId: text('message_id').notNull(),
  body: text('body').notNull(),
  /** As the search index takes it. */
  words: text('words').notNull(),
  createdAt: time('created_at'),
  updatedAt: time('updated_at')
}, (t) => [
  uniqueIndex('staged_messages_source').on(t.partitionNo, t.conversationPk, t.sourceId),
  index('staged_messages_conversation').on(t.partitionNo, t.conversationPk)
])

/**
 * How far the search index goes, in one row. The index itself, the virtual table `search`, has an entry for every
 * title and message whose key is not above `indexed_to` (`search/index/entries.ts`).
 */
export const searchProgress = sqliteTable('search_progress', {
  pk: integer('pk').primaryKey(),
  /** The tokenizer version that made it (`search/index/tokenizer.ts`); empty until the first start. */
  rules: text('rules').notNull(),
  /** Takes 63 bits, so it is only ever compared inside SQL. */
  indexedTo: integer('indexed_to').notNull()
})
