import { eq, sql } from 'drizzle-orm'
import { createConversation } from '../conversations/create.js'
import { homePartition } from '../conversations/partitions.js'
import { type Conversation, findConversation, refuseOthersConversation } from '../conversations/find.js'
import { UNTITLED, titleKey } from '../conversations/title.js'
import { touchConversation } from '../conversations/touch.js'
import type { Db } from '../db/connection.js'
import { fragment } from '../db/fragment.js'
import { messageKey } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { conversations, messages } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { indexMessage, reindexMessage } from '../search/index/entries.js'
import { defineCommand } from '../writer/command.js'
import { newBody, readBody, type StoredBody, writeBody } from './body.js'
import { findMessageOfUser, findTimeOfMessage, type Message, requireMessage } from './find.js'
import { insertMessage } from './insert.js'
import { assertNoCycle, hasOrphans, moveAfterParent, moveChildrenAfter, takeNumbers } from './order.js'
import type { MessageInput, MessageView } from './schemas.js'
import { NO_PARENT } from './tree.js'
import { viewMessage } from './view.js'

/** Conversations are made under ids of this form only, as LibreChat's are. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

const { placeholder } = sql

const statements = prepared((db: Db) => ({
  replace: db.update(messages).set({
    parentMessageId: sql`${placeholder('parent')}`,
    body: sql`${placeholder('body')}`,
    editedHere: sql`${messages.editedHere} | (${messages.body} <> ${placeholder('body')})`,
    updatedAt: sql`max(${placeholder('now')}, ${messages.updatedAt} + 1)`
  }).where(fragment(`messages.pk = ${messageKey(':pk', ':n')}`)).prepare(),
  setOrphans: db.update(conversations).set({ hasOrphans: sql`${placeholder('hasOrphans')}` })
    .where(eq(conversations.pk, placeholder('pk'))).prepare()
}))

export interface SaveMessageInput {
  userNo: number
  conversationId: string
  message: Omit<MessageInput, 'conversationId'>
  now: number
}

/**
 * Stores a message under the id its client chose, or updates the given fields of a message that exists. A conversation id
 * that nobody uses yet becomes a new conversation. Returns the message as it is stored now.
 * @throws {DomainError} FORBIDDEN for somebody else's conversation, INVALID for an id that is no UUID or a parent
 * below the message itself, CONFLICT when the message belongs to another conversation.
 */
export const saveMessage = defineCommand({
  name: 'saveMessage',
  kind: 'short',
  run (db, input: SaveMessageInput): MessageView {
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
    const parentTime = parent === null ? undefined : findTimeOfMessage(db, conversation.pk, parent)
    const isOrphan = parent !== null && parentTime === undefined
    if (existing) replaceMessage(db, existing, parent, body, now)
    else addMessage(db, conversation, { messageId, parent, parentTime, body, now })
    if (isOrphan || conversation.hasOrphans) {
      statements(db).setOrphans.run({ pk: conversation.pk, hasOrphans: Number(isOrphan || hasOrphans(db, conversation.pk)) })
    }
    touchConversation(db, conversation.pk, {
      now,
      added: existing ? 0 : 1,
      endpoint: fields.endpoint ?? null,
      model: fields.model ?? null,
      iconUrl: fields.iconURL ?? null
    })
    return viewMessage(requireMessage(db, conversation.pk, messageId), conversationId)
  }
})

interface NewMessage { messageId: string, parent: string | null, parentTime: number | undefined, body: StoredBody, now: number }

function addMessage (db: Db, { pk, hasOrphans: hadOrphans }: Conversation, { messageId, parent, parentTime, body, now }: NewMessage) {
  const n = takeNumbers(db, pk)
  const createdAt = Math.max(now, (parentTime ?? 0) + 1)
  insertMessage(db, pk, n, { messageId, parentMessageId: parent, body: writeBody(body), createdAt, updatedAt: createdAt })
  indexMessage(db, pk, n, body)
  if (!hadOrphans) return
  // Children may have come before their parent, and two of them may wait for each other.
  assertNoCycle(db, pk, messageId, parent)
  moveChildrenAfter(db, pk, messageId)
}

function replaceMessage (db: Db, existing: Message, parent: string | null, body: StoredBody, now: number) {
  const { conversationPk: pk, n, messageId } = existing
  const isMoved = parent !== existing.parentMessageId
  if (isMoved) assertNoCycle(db, pk, messageId, parent)
  statements(db).replace.run({ pk, n, parent, body: writeBody(body), now })
  reindexMessage(db, pk, n, readBody(existing.body), body)
  if (isMoved) moveAfterParent(db, pk, messageId)
}

function openConversation (db: Db, { userNo, conversationId, now }: SaveMessageInput): Conversation {
  refuseOthersConversation(db, conversationId)
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

/** A parent as it is stored: every way of saying that there is none is null. */
function storedParent (parentMessageId: string | null): string | null {
  return parentMessageId && parentMessageId !== NO_PARENT ? parentMessageId : null
}
