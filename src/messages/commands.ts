import type { Static } from '@sinclair/typebox'
import { and, eq, sql } from 'drizzle-orm'
import { requireKeyForWrite } from '../conversations/find.js'
import { assertVersion } from '../conversations/version.js'
import { touchConversation } from '../conversations/touch.js'
import type { Db } from '../db/connection.js'
import { fragment } from '../db/fragment.js'
import { messageKey } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { deletedMessages, messages } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { messageWords, removeEntry, replaceEntry, storedWords, wordsInSteps } from '../search/index/entries.js'
import { type CommandRunner, defineCommand } from '../writer/command.js'
import { retryWhileChanged } from '../writer/retry.js'
import { readBody, type StoredBody, writeBody } from './body.js'
import { type Message, messageAt, requireMessage } from './find.js'
import { changeDetector, childNumbers } from './order.js'
import { MAX_SHORT_BODY, saveInSteps, saveShortMessage } from './save.js'
import type { MessageEditSchema, MessageView } from './schemas.js'
import { versionOfMessage } from './version.js'
import { viewMessage } from './view.js'

const { placeholder } = sql
const isMessage = fragment(`messages.pk = ${messageKey(':pk', ':n')}`)

const statements = prepared((db: Db) => ({
  edit: db.update(messages).set({
    body: sql`${placeholder('body')}`,
    editedHere: sql`${messages.editedHere} | ${placeholder('isTextEdited')}`,
    updatedAt: sql`max(${placeholder('now')}, ${messages.updatedAt} + 1)`
  }).where(isMessage).prepare(),
  // Raw SQL: json_each takes a list of any length.
  moveChildren: db.$client.prepare<[{ pk: number, list: string, to: string | null }]>(
    `UPDATE messages SET parent_message_id = :to WHERE pk IN (SELECT ${messageKey(':pk', 'value')} FROM json_each(:list))`),
  // An import does not restore a message that was deleted here. It attaches new messages below it to the nearest
  // remaining ancestor.
  // Raw SQL: Drizzle has no INSERT OR REPLACE … SELECT.
  rememberDeleted: db.$client.prepare<[{ pk: number, n: number }]>(
    `INSERT OR REPLACE INTO deleted_messages (conversation_pk, message_id, source_id, parent_message_id)
     SELECT :pk, message_id, source_id, parent_message_id FROM messages WHERE pk = ${messageKey(':pk', ':n')}`),
  liftDeleted: db.update(deletedMessages).set({ parentMessageId: sql`${placeholder('to')}` })
    .where(and(eq(deletedMessages.conversationPk, placeholder('pk')), eq(deletedMessages.parentMessageId, placeholder('from')))).prepare(),
  remove: db.delete(messages).where(isMessage).prepare()
}))

interface OfMessage { userNo: number, conversationId: string, messageId: string, now: number }

/** `roomBytes` are the free bytes of the account's quota, unlimited if omitted. */
interface OfQuota { roomBytes?: number }

interface Edit extends OfMessage, OfQuota { edit: Static<typeof MessageEditSchema>, ifMatch?: string[] | undefined }

interface RatingChange extends OfMessage, OfQuota { feedback: NonNullable<StoredBody['feedback']> | null }

/**
 * Changes the text of a message. Returns the message as stored now.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, INVALID for a part that is missing or has no text; PRECONDITION_FAILED
 * unless the message has one of the versions in `ifMatch`; QUOTA_REACHED when the text grows by more than `roomBytes`;
 * CONFLICT when the message changes again and again meanwhile.
 */
export async function editMessage (writer: CommandRunner, input: Edit): Promise<MessageView> {
  return await editShortMessage(writer, input) ?? await editInSteps(writer, input)
}

/** Edits a message. Returns null and changes nothing for a message that takes more than a few milliseconds to tokenize. */
export const editShortMessage = defineCommand({
  name: 'editShortMessage',
  kind: 'short',
  run (db, input: Edit): MessageView | null {
    const { pk, message } = messageToEdit(db, input)
    const before = readBody(message.body)
    const after = edited(before, input.edit)
    if (message.body.length > MAX_SHORT_BODY || writeBody(after).length > MAX_SHORT_BODY) return null
    assertFits(message.body, after, input)
    replaceEntry(db, pk, message.n, messageWords(input.userNo, before), messageWords(input.userNo, after))
    return store(db, input, message, after, 1)
  }
})

/** Edits any message. Steps tokenize its texts. The last step writes the message. */
export const editInSteps = defineCommand({
  name: 'editInSteps',
  kind: 'bulk',
  lane: ({ conversationId }: Edit) => `save ${conversationId}`,
  run: (db, input) => retryWhileChanged(() => tryToEdit(db, input))
})

/** Returns null if the message changed between two steps. */
function * tryToEdit (db: Db, input: Edit): Generator<void, MessageView | null, void> {
  const { pk, message } = messageToEdit(db, input)
  const after = edited(readBody(message.body), input.edit)
  assertFits(message.body, after, input)
  const wordsBefore = yield * storedWords(db, pk, message.n)
  const wordsAfter = yield * wordsInSteps(input.userNo, after)
  if (!isSame(ownMessage(db, input).message, message)) return null
  replaceEntry(db, pk, message.n, wordsBefore, wordsAfter)
  return store(db, input, message, after, 1)
}

/**
 * Sets the user's rating of a message, or removes it with null. Returns the message as stored now.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN; QUOTA_REACHED when the rating adds more than `roomBytes`.
 */
export const rateMessage = defineCommand({
  name: 'rateMessage',
  kind: 'short',
  run (db, input: RatingChange): MessageView {
    const { message } = ownMessage(db, input)
    const { feedback, ...body } = readBody(message.body)
    const after = input.feedback ? { ...body, feedback: input.feedback } : body
    assertFits(message.body, after, input)
    // Ratings are not searched, so the search entry stays.
    return store(db, input, message, after, 0)
  }
})

/** Children that one step moves. With more children, a reader can see some of them moved while the message still exists. */
const STEP_CHILDREN = 50

/**
 * Removes one message. Its children move to its parent.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, CONFLICT when the conversation changes again and again meanwhile.
 */
export const deleteMessage = defineCommand({
  name: 'deleteMessage',
  kind: 'bulk',
  grows: false,
  lane: ({ conversationId }: OfMessage) => `save ${conversationId}`,
  run: (db, input) => retryWhileChanged(() => tryToDelete(db, input))
})

/** Returns null if the conversation changed between two steps. */
function * tryToDelete (db: Db, input: OfMessage): Generator<void, true | null, void> {
  const { pk, message } = ownMessage(db, input)
  const { n, messageId, parentMessageId: to } = message
  const isCurrent = changeDetector(db, pk)
  const children = yield * childNumbers(db, pk, message)
  const move = (some: number[]) => statements(db).moveChildren.run({ pk, list: JSON.stringify(some), to })
  while (children.length > STEP_CHILDREN) {
    if (!isCurrent()) return null
    move(children.splice(0, STEP_CHILDREN))
    yield
  }
  const words = yield * storedWords(db, pk, n)
  if (!isCurrent() || !isSame(ownMessage(db, input).message, message)) return null

  move(children)
  statements(db).liftDeleted.run({ pk, from: messageId, to })
  statements(db).rememberDeleted.run({ pk, n })
  removeEntry(db, pk, n, words)
  statements(db).remove.run({ pk, n })
  touchConversation(db, pk, { now: input.now, added: -1 })
  return true
}

function ownMessage (db: Db, { userNo, conversationId, messageId }: OfMessage): { pk: number, message: Message } {
  const pk = requireKeyForWrite(db, userNo, conversationId)
  return { pk, message: requireMessage(db, pk, messageId) }
}

function messageToEdit (db: Db, input: Edit) {
  const found = ownMessage(db, input)
  assertVersion(versionOfMessage(found.message), input.ifMatch)
  return found
}

function assertFits (before: string, after: StoredBody, { roomBytes = Infinity }: OfQuota) {
  const added = Buffer.byteLength(writeBody(after)) - Buffer.byteLength(before)
  if (added > roomBytes) throw new DomainError('QUOTA_REACHED', `This adds ${added} bytes, and you have room for ${roomBytes}`)
}

function isSame (message: Message, before: Message): boolean {
  return message.n === before.n && message.body === before.body
}

function store (db: Db, input: OfMessage, { conversationPk: pk, n }: Message, body: StoredBody, isTextEdited: 0 | 1): MessageView {
  statements(db).edit.run({ pk, n, body: writeBody(body), isTextEdited, now: input.now })
  touchConversation(db, pk, { now: input.now })
  return viewMessage(messageAt(db, pk, n), input.conversationId)
}

function edited (body: StoredBody, { text, index, model, tokenCount }: Edit['edit']): StoredBody {
  const changed = index === undefined ? withText(body, text) : withPart(body, index, text)
  return { ...changed, ...(model !== undefined && { model }), ...(tokenCount !== undefined && { tokenCount }) }
}

/** In a message with a single text part, that part repeats `text`, so both change. */
function withText (body: StoredBody, text: string): StoredBody {
  const places = body.content?.flatMap((part, index) => part.type === 'text' ? [index] : []) ?? []
  const only = places.length === 1 ? places[0] : undefined
  return only === undefined ? { ...body, text } : { ...withPart(body, only, text), text }
}

function withPart (body: StoredBody, index: number, text: string): StoredBody {
  const part = body.content?.[index]
  if (!body.content || !part) throw new DomainError('INVALID', 'The message has no content part there', 'index')
  const { type } = part
  if (type !== 'text' && type !== 'think') {
    throw new DomainError('INVALID', 'Only text and think parts can be edited', 'index')
  }
  return { ...body, content: body.content.with(index, { ...part, [type]: text }) }
}

/** Commands on single messages. Each updates the conversation's `updatedAt`. */
export const messageCommands = [saveShortMessage, saveInSteps, editShortMessage, editInSteps, rateMessage, deleteMessage]
