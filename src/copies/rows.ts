import { eq, sql } from 'drizzle-orm'
import { v7 as uuid } from 'uuid'
import type { Db } from '../db/connection.js'
import { messagesAfter, messagesOf, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { conversations } from '../db/schema.js'
import { type CopiedMessage, copyMessages } from '../messages/insert.js'
import type { Placed } from '../messages/tree.js'
import { addEntry } from '../search/index/entries.js'
import { createConversation } from '../conversations/create.js'
import type { Conversation } from '../conversations/find.js'
import { titleKey } from '../search/index/title-key.js'

/** The columns of a message that decide whether and where it is copied. */
export interface SourceMessage {
  n: number
  messageId: string
  parentMessageId: string | null
  createdAt: number
  /** Bytes of the body. */
  size: number
}

interface NewConversation {
  source: Conversation
  userNo: number
  partitionNo: number
  copyId: string
  title: string
  forkedFromMessage: string | null
  count: number
  now: number
}

const statements = prepared((db: Db) => ({
  settings: db.select({
    endpoint: conversations.endpoint,
    endpointType: conversations.endpointType,
    model: conversations.model,
    agentId: conversations.agentId,
    assistantId: conversations.assistantId,
    spec: conversations.spec,
    iconUrl: conversations.iconUrl,
    tags: conversations.tags,
    settings: conversations.settings
  }).from(conversations).where(eq(conversations.pk, sql.placeholder('pk'))).prepare(),
  // Raw SQL for a range of packed keys.
  sources: db.$client.prepare<[{ pk: number, after: number, limit: number }], SourceMessage>(
    `SELECT ${numberOfMessage('pk')} AS n, message_id AS messageId, parent_message_id AS parentMessageId, created_at AS createdAt,
       octet_length(body) AS size
     FROM messages WHERE pk ${messagesAfter(':pk', ':after')} ORDER BY pk LIMIT :limit + 0`),
  size: db.$client.prepare<[{ pk: number }], number>(
    `SELECT coalesce(sum(octet_length(body)), 0) FROM messages WHERE pk ${messagesOf(':pk')}`).pluck()
}))

/** Returns the bytes of all message bodies of a conversation. Reads every row, but not the bodies. */
export function sizeOfMessages (db: Db, pk: number): number {
  return statements(db).size.get({ pk }) ?? 0
}

/** Returns up to `limit` messages of a conversation with numbers above `after`, in stored order. */
export function sourceMessages (db: Db, pk: number, after: number, limit: number): SourceMessage[] {
  return statements(db).sources.all({ pk, after, limit })
}

/**
 * Creates the conversation of a copy with `count` messages, with the settings and tags of the source. The copy is
 * neither archived nor pinned. Returns its key.
 * @throws {DomainError} what `createConversation` throws.
 */
export function insertCopy (db: Db, { source, userNo, ...copy }: NewConversation): number {
  const settings = statements(db).settings.get({ pk: source.pk })
  return createConversation(db, userNo, {
    ...settings,
    partitionNo: copy.partitionNo,
    conversationId: copy.copyId,
    title: copy.title,
    titleKey: titleKey(copy.title),
    forkedFromConversation: source.conversationId,
    forkedFromMessage: copy.forkedFromMessage,
    messageCount: copy.count,
    nextMessage: copy.count + 1,
    createdAt: copy.now,
    updatedAt: copy.now
  })
}

/** Inserts messages of a copy with their search entries. `words` has the tokens of each message. */
export function insertCopiedMessages (db: Db, pk: number, source: number, messages: CopiedMessage[], words: string[]) {
  copyMessages(db, pk, source, messages)
  for (const [index, [n]] of messages.entries()) addEntry(db, pk, n, words[index] ?? '')
}

/**
 * Numbers the selected messages of a copy in the given order and gives them new ids. Each keeps its time, or gets the
 * millisecond after its parent, whichever is later. The ids are generated here, because the sender of the command does
 * not know the number of messages.
 */
export function placeCopies (selected: Array<Placed<SourceMessage>>): CopiedMessage[] {
  const copies = new Map<string, { id: string, createdAt: number }>()
  return selected.map(({ messageId, parentMessageId, n, createdAt: original }, index) => {
    const parent = parentMessageId === null ? undefined : copies.get(parentMessageId)
    const createdAt = Math.max(original, parent ? parent.createdAt + 1 : original)
    const id = uuid()
    copies.set(messageId, { id, createdAt })
    return [index + 1, id, parent?.id ?? null, n, createdAt]
  })
}
