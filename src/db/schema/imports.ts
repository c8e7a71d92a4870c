import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { users } from './accounts.js'
import { time } from './columns.js'
import { partitions } from './conversations.js'

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
  /** The title of that draft. If the conversation still has it, nobody renamed it here. Null once it was renamed or deleted. */
  title: text('title'),
  /** The latest time in that draft; null where its source has no times. A draft with an earlier one is an older export. */
  versionAt: integer('version_at'),
  /** A hash of all texts and times. It finds the same conversation from another source. Null if the times are not exact. */
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
