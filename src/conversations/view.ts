import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { userOfKey } from '../db/keys.js'
import { conversations } from '../db/schema.js'
import { inSnapshot } from '../db/snapshot.js'
import { isoTime } from '../iso-time.js'
import { cachedTagNames, shownTags } from './tag-names.js'
import { notFound } from './find.js'
import { cachedLivePartitions } from './partitions.js'
import type { ConversationView } from './schemas.js'
import { settingColumns } from './settings.js'

const { placeholder } = sql

const columns = {
  conversationId: conversations.conversationId,
  title: conversations.title,
  endpoint: conversations.endpoint,
  endpointType: conversations.endpointType,
  model: conversations.model,
  agentId: conversations.agentId,
  assistantId: conversations.assistantId,
  spec: conversations.spec,
  iconUrl: conversations.iconUrl,
  tags: conversations.tags,
  isArchived: conversations.isArchived,
  pinned: conversations.pinned,
  settings: conversations.settings,
  forkedFromConversation: conversations.forkedFromConversation,
  forkedFromMessage: conversations.forkedFromMessage,
  messageCount: conversations.messageCount,
  createdAt: conversations.createdAt,
  updatedAt: conversations.updatedAt
}

/** A conversation as it is stored, with all that its owner sees of it. */
export type WholeConversation = Pick<typeof conversations.$inferSelect, keyof typeof columns>

const statements = prepared((db: Db) => ({
  byKey: db.select(columns).from(conversations).where(eq(conversations.pk, placeholder('pk'))).prepare(),
  byId: db.select(columns).from(conversations)
    .where(and(eq(conversations.conversationId, placeholder('conversationId')), eq(conversations.partitionNo, placeholder('partitionNo')))).prepare()
}))

/** The whole conversation with this key, which must exist. */
export function wholeConversation (db: Db, pk: number): WholeConversation {
  const row = statements(db).byKey.get({ pk })
  if (!row) throw new Error(`No conversation at key ${pk}`)
  return withShownTags(db, userOfKey(pk), row)
}

/**
 * A user's whole conversation.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function requireWholeConversation (db: Db, userNo: number, conversationId: string): WholeConversation {
  return inSnapshot(db, () => {
    for (const partitionNo of cachedLivePartitions(db, userNo)) {
      const row = statements(db).byId.get({ conversationId, partitionNo })
      if (row) return withShownTags(db, userNo, row)
    }
    throw notFound()
  })
}

function withShownTags (db: Db, userNo: number, row: WholeConversation): WholeConversation {
  const names = cachedTagNames(db, userNo)
  return names.size === 0 ? row : { ...row, tags: JSON.stringify(shownTags(names, JSON.parse(row.tags))) }
}

/** A conversation as it goes over the wire: what is unset is left out. `userId` is the id of its owner. */
export function viewConversation (row: WholeConversation, userId: string): ConversationView {
  const view: ConversationView = {
    ...JSON.parse(row.settings),
    conversationId: row.conversationId,
    user: userId,
    title: row.title,
    tags: JSON.parse(row.tags),
    isArchived: row.isArchived === 1,
    pinned: row.pinned === 1,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
    messageCount: row.messageCount
  }
  if (row.endpoint !== null) view.endpoint = row.endpoint
  if (row.model !== null) view.model = row.model
  for (const [name, column] of settingColumns) {
    const value = row[column]
    if (value !== null) view[name] = value
  }
  if (row.forkedFromConversation !== null) {
    view.forkedFrom = {
      conversationId: row.forkedFromConversation,
      ...(row.forkedFromMessage !== null && { messageId: row.forkedFromMessage })
    }
  }
  return view
}
