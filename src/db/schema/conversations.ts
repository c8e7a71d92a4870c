import { sql } from 'drizzle-orm'
import { type AnySQLiteColumn, check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { userOfMessage } from '../keys.js'
import { users } from './accounts.js'
import { time } from './columns.js'

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
  /** Packed, see `../keys.ts`. */
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
  /** The `conversation_id` of what it is a copy of, which can be deleted meanwhile. Null for a conversation that is no copy. */
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
    // The copies of a conversation. Copies are few, so other conversations cost nothing.
    index('conversations_forked').on(t.forkedFromConversation).where(sql`forked_from_conversation IS NOT NULL`),
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
  /** Packed, see `../keys.ts`. */
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
