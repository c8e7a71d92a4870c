import { createConversation } from '../conversations/create.js'
import { homePartition } from '../conversations/partitions.js'
import { type Conversation, findConversation, refuseForeign } from '../conversations/row.js'
import { UNTITLED, titleKey } from '../conversations/title.js'
import { touchConversation } from '../conversations/touch.js'
import type { Db } from '../db/connection.js'
import { messageKey } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { indexMessage, reindexMessage } from '../search/index/entries.js'
import { defineCommand } from '../writer/command.js'
import { newBody, readBody, type StoredBody, writeBody } from './body.js'
import { insertMessage } from './insert.js'
import { assertNoCycle, moveToEnd, nextMessageNumber } from './order.js'
import { findMessage, findMessageOfUser, getMessage, messageAsJson, type MessageRow, storedParent } from './row.js'
import type { MessageInput } from './schemas.js'

/** Conversations are made under ids of this form only, as LibreChat's are. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

const statements = prepared(({ $client: sqlite }: Db) => ({
  replace: sqlite.prepare<[{ pk: number, n: number, parent: string | null, body: string, now: number }]>(
    `UPDATE messages SET parent_message_id = :parent, body = :body, edited_here = edited_here | (body <> :body),
       updated_at = max(:now, updated_at + 1)
     WHERE pk = ${messageKey(':pk', ':n')}`),
  setOrphans: sqlite.prepare<[number]>('UPDATE conversations SET has_orphans = 1 WHERE pk = ?')
}))

export interface SaveMessageInput {
  userNo: number
  conversationId: string
  message: Omit<MessageInput, 'conversationId'>
  now: number
}

/**
 * Stores a message under the id its client chose, or updates the fields that are given if it is here already.
 * A conversation id nobody uses yet becomes a new conversation. Answers the message's wire JSON.
 * @throws {DomainError} FORBIDDEN for somebody else's conversation, INVALID for an id that is no UUID or a parent
 * below the message itself, CONFLICT when the message belongs to another conversation.
 */
export const saveMessage = defineCommand({
  name: 'saveMessage',
  kind: 'short',
  run (db, input: SaveMessageInput): string {
    const { userNo, conversationId, now } = input
    const { messageId, parentMessageId, ...fields } = input.message
    const conversation = findConversation(db, userNo, conversationId) ?? openConversation(db, input)
    const existing = findMessageOfUser(db, userNo, messageId)
    if (existing && existing.conversationPk !== conversation.pk) {
      throw new DomainError('CONFLICT', 'This message belongs to another conversation', 'messageId')
    }
    const parent = parentMessageId === undefined ? existing?.parentMessageId ?? null : storedParent(parentMessageId)
    if (parent === messageId) throw new DomainError('INVALID', 'A message cannot hang below itself', 'parentMessageId')

    const body = existing ? { ...readBody(existing.body), ...fields } : newBody(fields)
    const orphan = parent !== null && !findMessage(db, conversation.pk, parent)
    if (existing) replaceMessage(db, existing, parent, body, now)
    else addMessage(db, conversation, { messageId, parent, body, now })
    if (orphan && !conversation.hasOrphans) statements(db).setOrphans.run(conversation.pk)
    touchConversation(db, conversation.pk, {
      now,
      added: existing ? 0 : 1,
      endpoint: fields.endpoint ?? null,
      model: fields.model ?? null,
      iconUrl: fields.iconURL ?? null
    })
    return messageAsJson(db, conversationId, getMessage(db, conversation.pk, messageId))
  }
})

interface NewMessage { messageId: string, parent: string | null, body: StoredBody, now: number }

function addMessage (db: Db, { pk, hasOrphans }: Conversation, { messageId, parent, body, now }: NewMessage) {
  const parentRow = parent === null ? undefined : findMessage(db, pk, parent)
  const n = nextMessageNumber(db, pk)
  const createdAt = Math.max(now, (parentRow?.createdAt ?? 0) + 1)
  insertMessage(db, pk, n, { messageId, parentMessageId: parent, body: writeBody(body), createdAt, updatedAt: createdAt })
  indexMessage(db, pk, n, body)
  if (!hasOrphans) return
  // Children may have come before their parent, and two of them may wait for each other.
  assertNoCycle(db, pk, messageId, parent)
  moveToEnd(db, pk, messageId)
}

function replaceMessage (db: Db, existing: MessageRow, parent: string | null, body: StoredBody, now: number) {
  const { conversationPk: pk, n, messageId } = existing
  const moved = parent !== existing.parentMessageId
  if (moved) assertNoCycle(db, pk, messageId, parent)
  statements(db).replace.run({ pk, n, parent, body: writeBody(body), now })
  reindexMessage(db, pk, n, readBody(existing.body), body)
  if (moved) moveToEnd(db, pk, messageId)
}

function openConversation (db: Db, { userNo, conversationId, now }: SaveMessageInput): Conversation {
  refuseForeign(db, conversationId)
  if (!UUID.test(conversationId)) {
    throw new DomainError('INVALID', 'A new conversation needs a UUID as its id', 'conversationId')
  }
  createConversation(db, userNo, {
    partitionNo: homePartition(db, userNo, now),
    conversationId,
    title: UNTITLED,
    titleKey: titleKey(UNTITLED),
    createdAt: now,
    updatedAt: now
  })
  const created = findConversation(db, userNo, conversationId)
  if (!created) throw new Error('A new conversation is not there')
  return created
}
