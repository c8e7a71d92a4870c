import { eq, sql } from 'drizzle-orm'
import { createConversation } from '../conversations/create.js'
import { homePartition } from '../conversations/partitions.js'
import { type Conversation, findConversation, refuseOthersConversation } from '../conversations/find.js'
import { UNTITLED } from '../conversations/title.js'
import { titleKey } from '../search/index/title-key.js'
import { touchConversation } from '../conversations/touch.js'
import type { Db } from '../db/connection.js'
import { fragment } from '../db/fragment.js'
import { MAX_MESSAGES, messageKey } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { conversations, messages } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { addEntry, messageWords, replaceEntry, storedWords, wordsInSteps } from '../search/index/entries.js'
import { SLICE_LENGTH } from '../search/index/tokenizer.js'
import { type CommandRunner, defineCommand } from '../writer/command.js'
import { retryWhileChanged } from '../writer/retry.js'
import { newBody, readBody, type StoredBody, writeBody } from './body.js'
import { findMessageOfUser, findTimeOfMessage, type Message, requireMessage } from './find.js'
import { insertMessage } from './insert.js'
import { changeDetector, makePlace, numberOf, type Place, takeNumber } from './order.js'
import type { MessageInput, MessageView } from './schemas.js'
import { NO_PARENT } from './tree.js'
import { viewMessage } from './view.js'

/** New conversations need an id of this form, like LibreChat's. */
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

/** A longer body is tokenized in steps. Tokenizing this many characters takes about 6 ms. */
export const MAX_SHORT_BODY = 2 * SLICE_LENGTH

/**
 * Stores a message under its client's id, or updates the given fields of an existing message. An unused conversation id
 * creates a conversation. Returns the message as stored now.
 * @throws {DomainError} FORBIDDEN for another user's conversation; INVALID for an id that is no UUID or a parent below
 * the message itself; CONFLICT when the message belongs to another conversation, or the conversation changes again and
 * again meanwhile; LIMIT_REACHED.
 */
export async function saveMessage (writer: CommandRunner, input: SaveMessageInput): Promise<MessageView> {
  return await saveShortMessage(writer, input) ?? await saveInSteps(writer, input)
}

/** Saves a message. Returns null and changes nothing if that takes more than a few milliseconds. */
export const saveShortMessage = defineCommand({
  name: 'saveShortMessage',
  kind: 'short',
  run (db, input: SaveMessageInput): MessageView | null {
    const save = readSave(db, input)
    const { existing, body, userNo } = save
    const isLong = writeBody(body).length > MAX_SHORT_BODY || (existing && existing.body.length > MAX_SHORT_BODY)
    if (isLong || needsPlace(db, save)) return null
    const before = existing ? messageWords(userNo, readBody(existing.body)) : ''
    return write(db, save, { before, after: messageWords(userNo, body) }, null)
  }
})

/** Saves any message. Steps tokenize long texts and move other messages. The last step writes the message. */
export const saveInSteps = defineCommand({
  name: 'saveInSteps',
  kind: 'bulk',
  lane: ({ conversationId }: SaveMessageInput) => `save ${conversationId}`,
  run: (db, input) => retryWhileChanged(() => tryToSave(db, input))
})

/** Returns null if the conversation changed between two steps. */
function * tryToSave (db: Db, input: SaveMessageInput): Generator<void, MessageView | null, void> {
  const save = readSave(db, input)
  const { conversation, existing, body, parent, userNo } = save
  const isOrderCurrent = conversation ? changeDetector(db, conversation.pk) : () => !findConversation(db, userNo, input.conversationId)
  const isCurrent = () => isOrderCurrent() && findMessageOfUser(db, userNo, input.message.messageId)?.body === existing?.body
  const before = existing ? yield * storedWords(db, existing.conversationPk, existing.n) : ''
  const after = yield * wordsInSteps(userNo, body)
  if (!isCurrent()) return null
  if (!conversation || !needsPlace(db, save)) return write(db, save, { before, after }, null)
  const place = yield * makePlace(db, conversation.pk, input.message.messageId, parent, isCurrent)
  // A move changes the number of an existing message, so it is read again.
  return place && write(db, readSave(db, input), { before, after }, place)
}

/** A save with the stored conversation and message. */
interface Save extends SaveMessageInput {
  conversation: Conversation | undefined
  existing: Message | undefined
  parent: string | null
  body: StoredBody
}

function readSave (db: Db, input: SaveMessageInput): Save {
  const { userNo, conversationId } = input
  const { messageId, parentMessageId, ...fields } = input.message
  const conversation = findConversation(db, userNo, conversationId)
  const existing = findMessageOfUser(db, userNo, messageId)
  if (!conversation) assertFree(db, conversationId)
  if (existing && existing.conversationPk !== conversation?.pk) {
    throw new DomainError('CONFLICT', 'This message belongs to another conversation', 'messageId')
  }
  const parent = parentMessageId === undefined ? existing?.parentMessageId ?? null : storedParent(parentMessageId)
  if (parent === messageId) throw new DomainError('INVALID', 'A message cannot hang below itself', 'parentMessageId')
  return { ...input, conversation, existing, parent, body: existing ? { ...readBody(existing.body), ...fields } : newBody(fields) }
}

/** Whether other messages may have to move or be renumbered before the message is written. */
function needsPlace (db: Db, { conversation, existing, parent }: Save): boolean {
  if (!conversation) return false
  if (!existing) return conversation.hasOrphans === 1 || conversation.nextMessage > MAX_MESSAGES
  if (parent === existing.parentMessageId) return false
  // A parent with a smaller number is not below the message.
  return conversation.hasOrphans === 1 || (parent !== null && (numberOf(db, conversation.pk, parent) ?? 0) > existing.n)
}

/** Writes the message. `place` is null if no other message had to move. */
function write (db: Db, save: Save, words: { before: string, after: string }, place: Place | null): MessageView {
  const { existing, parent, body, now, conversationId, message: { messageId, ...fields } } = save
  const conversation = save.conversation ?? openConversation(db, save)
  const { pk } = conversation
  const parentTime = parent === null ? undefined : findTimeOfMessage(db, pk, parent)
  const isOrphan = parent !== null && parentTime === undefined
  if (existing) {
    statements(db).replace.run({ pk, n: existing.n, parent, body: writeBody(body), now })
    replaceEntry(db, pk, existing.n, words.before, words.after)
  } else {
    const n = place?.number ?? takeNumber(db, pk, isOrphan)
    const createdAt = Math.max(now, (parentTime ?? 0) + 1)
    insertMessage(db, pk, n, { messageId, parentMessageId: parent, body: writeBody(body), createdAt, updatedAt: createdAt })
    addEntry(db, pk, n, words.after)
  }
  const hasOrphans = place?.hasOrphans ?? (conversation.hasOrphans === 1 || isOrphan)
  if (hasOrphans !== (conversation.hasOrphans === 1)) statements(db).setOrphans.run({ pk, hasOrphans: Number(hasOrphans) })
  touchConversation(db, pk, {
    now,
    added: existing ? 0 : 1,
    endpoint: fields.endpoint ?? null,
    model: fields.model ?? null,
    iconUrl: fields.iconURL ?? null
  })
  return viewMessage(requireMessage(db, pk, messageId), conversationId)
}

/** @throws {DomainError} FORBIDDEN when another user has a conversation with this id, INVALID when it is no UUID. */
function assertFree (db: Db, conversationId: string) {
  refuseOthersConversation(db, conversationId)
  if (UUID.test(conversationId)) return
  throw new DomainError('INVALID', 'A new conversation needs a UUID as its id', 'conversationId')
}

function openConversation (db: Db, { userNo, conversationId, now }: SaveMessageInput): Conversation {
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

/** Returns a parent as stored. Every value for "no parent" becomes null. */
function storedParent (parentMessageId: string | null): string | null {
  return parentMessageId && parentMessageId !== NO_PARENT ? parentMessageId : null
}
