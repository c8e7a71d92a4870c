import { randomUUID } from 'node:crypto'
import { deleteAccount } from '../../../src/accounts/deletion.js'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { archiveConversation, deleteAllConversations, deleteConversation, renameConversation } from '../../../src/conversations/commands.js'
import { copyConversation } from '../../../src/copies/copy.js'
import { DomainError } from '../../../src/errors.js'
import type { ReadyConversation, ReadyMessage } from '../../../src/formats/kit/draft.js'
import type { Housekeeping } from '../../../src/housekeeping.js'
import { abandonImport, beginImport, publishImport, stageConversations } from '../../../src/imports/commands.js'
import { stagedParts } from '../../../src/imports/rows.js'
import { deleteMessage, editMessage, rateMessage } from '../../../src/messages/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { setGeneratedTitle } from '../../../src/titles/commands.js'
import type { Database } from '../../../src/writer/database.js'

/** Where random writes go, with the account they belong to and what is known of its conversations. */
export interface Desk {
  database: Database
  housekeeping: Housekeeping
  userNo: number
  next: () => number
}

const WORDS = 'tram lisbon über 重跑gen-itgc后 C++ castle market ไทย river'.split(' ')

/** The account with this name, made if it is not there. */
export async function accountOf ({ reader, writer }: Database, name: string): Promise<number> {
  await createAccount(writer, { id: name, email: `${name}@example.test`, username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  return Number(reader.$client.prepare('SELECT no FROM users WHERE id = ? AND deleted_at IS NULL').pluck().get(name))
}

/** Writes something, by one of all the ways there are, chosen at random. What a command refuses is as good as done. */
export async function writeSomething (desk: Desk) {
  try {
    await pick(desk, ways)(desk)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
}

type Way = (desk: Desk) => Promise<unknown>

const ways: Way[] = [
  saveNew, saveNew, saveNew, saveAgain, saveParentLate, edit, rate, removeMessage, removeMessage, rename, rename, archive,
  importHistory, importHistory, giveUpImport, copy, copy, removeConversation, removeAccount, tidy
]

const now = () => Date.now()

function pick <T> ({ next }: Desk, list: readonly T[]): T {
  const [first] = list
  const picked = list[Math.floor(next() * list.length)] ?? first
  if (picked === undefined) throw new DomainError('NOT_FOUND', 'There is nothing yet')
  return picked
}

function text (desk: Desk) {
  return Array.from({ length: 1 + Math.floor(desk.next() * 12) }, () => pick(desk, WORDS)).join(' ')
}

function content (desk: Desk) {
  return [{ type: 'think', think: text(desk) }, { type: 'tool_call', tool_call: { id: randomUUID(), args: JSON.stringify({ query: text(desk) }), output: text(desk) } }]
}

/** A conversation of the account, or of one that is just being deleted. */
function aConversation (desk: Desk): string {
  return pick(desk, desk.database.reader.$client.prepare<[number], string>(
    'SELECT conversation_id FROM conversations WHERE pk >> 25 = ? ORDER BY pk').pluck().all(desk.userNo))
}

function aMessage (desk: Desk): { conversationId: string, messageId: string } {
  return pick(desk, desk.database.reader.$client.prepare<[number], { conversationId: string, messageId: string }>(
    `SELECT conversation_id AS conversationId, message_id AS messageId
     FROM messages m JOIN conversations c ON c.pk = m.pk >> 18 WHERE c.pk >> 25 = ? ORDER BY m.pk`).all(desk.userNo))
}

async function saveNew (desk: Desk) {
  const { database: { writer }, userNo, next } = desk
  const conversationId = next() < 0.4 ? randomUUID() : aConversation(desk)
  const message = { messageId: randomUUID(), text: text(desk), ...(next() < 0.3 && { content: content(desk) }) }
  await saveMessage(writer, { userNo, conversationId, message, now: now() })
}

async function saveAgain (desk: Desk) {
  const { database: { writer }, userNo } = desk
  const { conversationId, messageId } = aMessage(desk)
  await saveMessage(writer, { userNo, conversationId, message: { messageId, text: text(desk) }, now: now() })
}

/** Children before their parent: when that comes, they are numbered anew. */
async function saveParentLate (desk: Desk) {
  const { database: { writer }, userNo } = desk
  const conversationId = aConversation(desk)
  const [top, middle, leaf] = [randomUUID(), randomUUID(), randomUUID()]
  for (const [messageId, parentMessageId] of [[leaf, middle], [middle, top], [top, null]] as const) {
    await saveMessage(writer, { userNo, conversationId, message: { messageId, parentMessageId, text: text(desk) }, now: now() })
  }
}

async function edit (desk: Desk) {
  const { database: { writer }, userNo } = desk
  await editMessage(writer, { userNo, ...aMessage(desk), edit: { text: text(desk) }, now: now() })
}

async function rate (desk: Desk) {
  const { database: { writer }, userNo } = desk
  await rateMessage(writer, { userNo, ...aMessage(desk), feedback: { rating: 'thumbsUp' }, now: now() })
}

async function removeMessage (desk: Desk) {
  const { database: { writer }, userNo } = desk
  await deleteMessage(writer, { userNo, ...aMessage(desk), now: now() })
}

async function rename (desk: Desk) {
  const { database: { writer }, userNo, next } = desk
  const name = { userNo, conversationId: aConversation(desk), title: text(desk) }
  if (next() < 0.3) await setGeneratedTitle(writer, name)
  else await renameConversation(writer, { ...name, now: now() })
}

async function archive (desk: Desk) {
  const { database: { writer }, userNo, next } = desk
  await archiveConversation(writer, { userNo, conversationId: aConversation(desk), isArchived: next() < 0.5, now: 1 })
}

async function removeConversation (desk: Desk) {
  const { database: { writer }, housekeeping, userNo, next } = desk
  if (next() < 0.1) await deleteAllConversations(writer, { userNo })
  else await deleteConversation(writer, { userNo, conversationId: aConversation(desk), now: now() })
  housekeeping.schedule()
}

async function removeAccount (desk: Desk) {
  const { database, housekeeping, userNo, next } = desk
  if (next() < 0.8) return
  await deleteAccount(database.writer, { userNo, now: now() })
  housekeeping.schedule()
  desk.userNo = await accountOf(database, `account ${Math.floor(next() * 1e6)}`)
}

async function copy (desk: Desk) {
  const { conversationId, messageId } = aMessage(desk)
  const fork = desk.next() < 0.5 ? null : { messageId, option: 'targetLevel' as const, latestMessageId: null }
  await copyConversation(desk, { userNo: desk.userNo, conversationId, fork, title: '' })
}

/** A history whose conversations come again with more messages each time. */
async function importHistory (desk: Desk) {
  const { database: { writer }, userNo, next } = desk
  const partitionNo = await beginImport(writer, { userNo, now: now() })
  const conversations = Array.from({ length: 1 + Math.floor(next() * 4) }, (_, index) =>
    [...stagedParts(userNo, index, exported(desk, `exported ${Math.floor(next() * 5)}`))]).flat()
  await stageConversations(writer, { userNo, partitionNo, restoreDeleted: next() < 0.5, conversations })
  await publishImport(writer, { userNo, partitionNo, now: now() })
  desk.housekeeping.schedule()
}

async function giveUpImport (desk: Desk) {
  const { database: { writer }, userNo } = desk
  const partitionNo = await beginImport(writer, { userNo, now: now() })
  const conversations = [...stagedParts(userNo, 0, exported(desk, 'exported 9'))]
  await stageConversations(writer, { userNo, partitionNo, restoreDeleted: false, conversations })
  await abandonImport(writer, { partitionNo })
  desk.housekeeping.schedule()
}

function exported (desk: Desk, sourceId: string): ReadyConversation {
  const messages = Array.from({ length: 1 + Math.floor(desk.next() * 6) }, (_, index): ReadyMessage => ({
    sourceId: `${sourceId} ${index}`,
    parent: index - 1,
    createdAt: 1000 + index,
    updatedAt: 1000 + index,
    body: { sender: 'user', isCreatedByUser: true, text: text(desk), endpoint: 'openAI', model: null, unfinished: false, error: false }
  }))
  return {
    source: 'test',
    sourceId,
    title: text(desk),
    endpoint: 'openAI',
    model: null,
    createdAt: 1000,
    updatedAt: 2000,
    versionAt: null,
    contentHash: null,
    isArchived: false,
    pinned: false,
    tags: [],
    settings: {},
    messages,
    fingerprint: randomUUID()
  }
}

async function tidy (desk: Desk) {
  desk.housekeeping.schedule()
  if (desk.next() < 0.5) await desk.housekeeping.idle()
}
