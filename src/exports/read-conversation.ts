import { and, eq, sql } from 'drizzle-orm'
import { settingColumns } from '../conversations/settings.js'
import { shownTags, tagNames } from '../conversations/tag-names.js'
import type { Db } from '../db/connection.js'
import { fragment } from '../db/fragment.js'
import { messageKey, messagesOf, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { beginSnapshot, endSnapshot } from '../db/shared-snapshot.js'
import { conversations, importOrigins, messages, partitions } from '../db/schema.js'
import type { JsonObject, StoredOrigin } from '../formats/kit/draft.js'
import type { StoredConversation, StoredMessage } from '../formats/kit/stored.js'

const { placeholder } = sql

const number = fragment<number>(numberOfMessage('messages.pk'))

const statements = prepared((db: Db) => ({
  conversation: db.select({ row: conversations, origin: importOrigins }).from(conversations)
    .innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .leftJoin(importOrigins, eq(importOrigins.conversationPk, conversations.pk))
    .where(and(eq(conversations.pk, placeholder('pk')), eq(partitions.state, 'live'))).prepare(),
  links: db.select({ n: number, messageId: messages.messageId, parentMessageId: messages.parentMessageId, createdAt: messages.createdAt })
    .from(messages).where(fragment(`messages.pk ${messagesOf(':pk')}`)).orderBy(messages.pk).prepare(),
  message: db.select({
    messageId: messages.messageId,
    sourceId: messages.sourceId,
    createdAt: messages.createdAt,
    updatedAt: messages.updatedAt,
    editedHere: messages.editedHere,
    json: messages.body
  }).from(messages).where(fragment(`messages.pk = ${messageKey(':pk', ':n')}`)).prepare()
}))

type Row = typeof conversations.$inferSelect

/**
 * Reads conversations one after the other, each within a read transaction of its own: so each is of one moment, and no
 * transaction lasts longer than its conversation. The transaction ends when the next conversation is asked for. One that
 * was deleted since it was selected is left out. For a connection that nobody else uses.
 */
export function * readConversations (db: Db, userNo: number, keys: Iterable<number>): Generator<StoredConversation, void, void> {
  for (const pk of keys) {
    beginSnapshot(db)
    try {
      const conversation = readConversation(db, userNo, pk)
      if (conversation) yield conversation
    } finally {
      endSnapshot(db)
    }
  }
}

/**
 * Returns the conversation at a key of this user, or null if it is gone. Its messages must be read in the same snapshot.
 */
export function readConversation (db: Db, userNo: number, pk: number): StoredConversation | null {
  const found = statements(db).conversation.get({ pk })
  if (!found) return null
  const { row, origin } = found
  const stored = statements(db).links.all({ pk })
  const places = new Map(stored.map(({ messageId }, index) => [messageId, index]))
  const links = stored.map(({ messageId, parentMessageId, createdAt }) => ({ messageId, parent: places.get(parentMessageId ?? '') ?? -1, createdAt }))
  return {
    conversationId: row.conversationId,
    title: row.title,
    endpoint: row.endpoint,
    model: row.model,
    tags: shownTags(tagNames(db, userNo), JSON.parse(row.tags)),
    isArchived: row.isArchived === 1,
    archivedAt: row.archivedAt,
    pinned: row.pinned === 1,
    settings: settingsOf(row),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    forkedFrom: row.forkedFromConversation === null ? null : { conversationId: row.forkedFromConversation, messageId: row.forkedFromMessage },
    origin: origin && originOf(origin),
    links,
    message: (index) => ({
      ...readMessage(db, pk, stored[index]?.n ?? 0),
      // A message may name a parent that is not here yet.
      parentMessageId: links[links[index]?.parent ?? -1]?.messageId ?? null
    })
  }
}

function settingsOf (row: Row): JsonObject {
  const inColumns = settingColumns.flatMap(([name, column]) => row[column] === null ? [] : [[name, row[column]]])
  return { ...JSON.parse(row.settings), ...Object.fromEntries(inColumns) }
}

function originOf ({ source, sourceId, fingerprint, title, versionAt, contentHash }: typeof importOrigins.$inferSelect): StoredOrigin {
  return { source, sourceId, fingerprint, title, versionAt, contentHash }
}

function readMessage (db: Db, pk: number, n: number): Omit<StoredMessage, 'parentMessageId'> {
  const row = statements(db).message.get({ pk, n })
  if (!row) throw new Error(`No message ${n} at key ${pk}`)
  return { ...row, editedHere: row.editedHere === 1 }
}
