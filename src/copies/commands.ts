import { changePartition, createPartition, homePartition, isStaged, moveConversation, removePartition } from '../conversations/partitions.js'
import { type Conversation, requireConversationForWrite } from '../conversations/find.js'
import { cleanTitle } from '../conversations/title.js'
import type { Db } from '../db/connection.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import type { CopiedMessage } from '../messages/insert.js'
import { storedWords } from '../search/index/entries.js'
import { runSteps } from '../writer/steps.js'
import { type CopyRequest, selectMessages } from './fork.js'
import { insertCopiedMessages, insertCopy, placeCopies, sizeOfMessages, type SourceMessage, sourceMessages } from './rows.js'

/**
 * The largest conversation that `beginCopy` copies by itself. Each message takes two statements. Indexing takes time in
 * proportion to the bytes. These limits keep the command within milliseconds.
 */
export const MAX_SHORT_COPY = { messages: 50, bytes: 2 ** 18 }

/** Limits of one step of `continueCopy`, so that other commands wait for milliseconds only. */
const STEP_LINKS = 1000
const STEP_MESSAGES = 100
const STEP_BYTES = 2 ** 18

/** A copy to make. */
export interface CopyInput extends CopyRequest {
  userNo: number
  /** The id of the new conversation. */
  copyId: string
  /** Free bytes of the account's quota for messages. Unlimited if omitted. */
  roomBytes?: number
  now: number
}

/** A large copy and the staged partition it is written to. */
interface StagedCopy extends CopyInput { partitionNo: number }

/**
 * Copies a conversation of up to `MAX_SHORT_COPY` and returns null. For a larger one it creates a staged partition and
 * returns its number, for `continueCopy`.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN for the conversation; what `selectMessages` throws; LIMIT_REACHED;
 * QUOTA_REACHED.
 */
export const beginCopy = defineCommand({
  name: 'beginCopy',
  kind: 'short',
  run (db, input: CopyInput): number | null {
    const { userNo, conversationId, now } = input
    const source = requireConversationForWrite(db, userNo, conversationId)
    if (isLarge(db, source)) return createPartition(db, userNo, 'staged', now)
    runSteps(writeCopy(db, input, source, homePartition(db, userNo, now)))
    return null
  }
})

/**
 * Writes a copy into a staged partition. The last step moves it to its owner's home.
 * @throws {DomainError} what `beginCopy` throws, or CONFLICT when the source changed between two steps.
 */
export const continueCopy = defineCommand({
  name: 'continueCopy',
  kind: 'bulk',
  lane: ({ partitionNo }: StagedCopy) => `copy ${partitionNo}`,
  * run (db, input: StagedCopy): Generator<void, void, void> {
    const { userNo, conversationId, partitionNo, now } = input
    const pk = yield * writeCopy(db, input, requireConversationForWrite(db, userNo, conversationId), partitionNo)
    if (!isStaged(db, partitionNo)) throw new DomainError('CONFLICT', 'The copy was given up meanwhile; nothing of it is here')
    moveConversation(db, pk, homePartition(db, userNo, now))
    removePartition(db, partitionNo)
  }
})

/** Discards a staged copy. The sweep removes its rows. */
export const abandonCopy = defineCommand({
  name: 'abandonCopy',
  kind: 'short',
  grows: false,
  run (db, { partitionNo }: { partitionNo: number }) {
    changePartition(db, partitionNo, 'discarded')
  }
})

function isLarge (db: Db, { pk, messageCount }: Conversation): boolean {
  return messageCount > MAX_SHORT_COPY.messages || sizeOfMessages(db, pk) > MAX_SHORT_COPY.bytes
}

function * writeCopy (db: Db, input: CopyInput, source: Conversation, partitionNo: number): Generator<void, number, void> {
  const { userNo, copyId, fork, now } = input
  const selected = selectMessages(yield * readSource(db, input, source), fork)
  assertFits(selected, input)
  const pk = insertCopy(db, {
    source,
    userNo,
    partitionNo,
    copyId,
    title: cleanTitle(input.title) || source.title,
    forkedFromMessage: fork?.messageId ?? null,
    count: selected.length,
    now
  })
  let written = 0
  const copies = placeCopies(selected)
  for (const end of stepEnds(selected)) {
    const messages = copies.slice(written, end)
    // The words come before the rows. A commit can follow each step, and the sweep expects an entry for every row.
    const words = yield * wordsOf(db, source.pk, messages)
    assertUnchanged(db, input, source)
    insertCopiedMessages(db, pk, source.pk, messages, words)
    written = end
    yield
  }
  assertUnchanged(db, input, source)
  return pk
}

function assertFits (messages: SourceMessage[], { roomBytes = Infinity }: CopyInput) {
  const bytes = messages.reduce((sum, { size }) => sum + size, 0)
  if (bytes > roomBytes) throw new DomainError('QUOTA_REACHED', `The copy has ${bytes} bytes of messages, and you have room for ${roomBytes}`)
}

function * wordsOf (db: Db, source: number, messages: CopiedMessage[]): Generator<void, string[], void> {
  const words: string[] = []
  for (const [, , , original] of messages) words.push(yield * storedWords(db, source, original))
  return words
}

function * readSource (db: Db, input: CopyInput, source: Conversation): Generator<void, SourceMessage[], void> {
  const messages: SourceMessage[] = []
  for (let isMore = true; isMore;) {
    const slice = sourceMessages(db, source.pk, messages.at(-1)?.n ?? 0, STEP_LINKS)
    messages.push(...slice)
    isMore = slice.length === STEP_LINKS
    yield
    assertUnchanged(db, input, source)
  }
  return messages
}

/**
 * Yields the index at which each step ends. A step stays within `STEP_MESSAGES` and `STEP_BYTES`, or has a single
 * message.
 */
function * stepEnds (messages: SourceMessage[]): Generator<number, void, void> {
  let count = 0
  let bytes = 0
  for (const [index, { size }] of messages.entries()) {
    count++
    bytes += size
    if (count < STEP_MESSAGES && bytes < STEP_BYTES) continue
    yield index + 1
    count = bytes = 0
  }
  if (count > 0) yield messages.length
}

/**
 * Checks that the source is unchanged between two steps, so that a copy is consistent. Every write to a message changes
 * `updatedAt` or `nextMessage`.
 * @throws {DomainError} CONFLICT, or NOT_FOUND when the source was deleted meanwhile.
 */
function assertUnchanged (db: Db, { userNo, conversationId }: CopyInput, source: Conversation) {
  const { pk, updatedAt, nextMessage } = requireConversationForWrite(db, userNo, conversationId)
  if (pk === source.pk && updatedAt === source.updatedAt && nextMessage === source.nextMessage) return
  throw new DomainError('CONFLICT', 'The conversation changed while it was being copied; try again')
}

/** Commands that copy conversations. `beginCopy` completes small copies, `continueCopy` writes large ones in steps. */
export const copyCommands = [beginCopy, continueCopy, abandonCopy]
