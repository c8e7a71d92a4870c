import { eq, sql } from 'drizzle-orm'
import { requireAccount } from '../accounts/user-queries.js'
import { insertConversation } from '../conversations/create.js'
import { changePartition, createPartition, isStaged, removePartition } from '../conversations/partitions.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversations, partitions } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { insertMessage } from '../messages/insert.js'
import { addEntry, TITLE_NUMBER } from '../search/index/entries.js'
import { MAX_SEGMENTS_DURING_BULK_WORK, mergeSegments } from '../search/index/merge.js'
import { createMissingTags } from '../tags/imported.js'
import { defineCommand } from '../writer/command.js'
import { addOrigin, type DraftIdentity, findCopy, findOrigin, freeId, isVisibleOrSoon, type Origin, unchangedDrafts } from './origins.js'
import type { StagedConversation } from './rows.js'
import { applyNextUpdate, type Changes, mergeIntoStaged, stageUpdate } from './updates.js'

const { placeholder } = sql

const statements = prepared((db: Db) => ({
  partition: db.select({ userNo: partitions.userNo, state: partitions.state }).from(partitions)
    .where(eq(partitions.no, placeholder('no'))).prepare(),
  publishing: db.select({ no: partitions.no }).from(partitions).where(eq(partitions.state, 'publishing')).prepare(),
  anyIn: db.select({ pk: conversations.pk }).from(conversations)
    .where(eq(conversations.partitionNo, placeholder('no'))).limit(1).prepare()
}))

/** Messages that one step of staging writes. */
const STEP_MESSAGES = 200
/** Conversations whose rows are written before the messages of the first of them. */
const MAX_EMPTY_CONVERSATIONS = 128

/** The outcome of one staged conversation. */
export type Staged = 'imported' | 'deleted' | 'continued' | Changes['outcome']

/** The outcome and the number of new messages for each conversation of a batch. */
export type StageResult = Array<Outcome & { index: number }>

/** `conversationId` and `title` are those of the stored conversation, if there is one. */
interface Outcome { outcome: Staged, messages: number, conversationId: string, title: string }

/**
 * Creates a staged partition. Returns its number.
 * @throws {DomainError} UNAUTHENTICATED when the account was deleted after the request was authenticated.
 */
export const beginImport = defineCommand({
  name: 'beginImport',
  kind: 'short',
  run (db, { userNo, now }: { userNo: number, now: number }): number {
    requireAccount(db, userNo)
    return createPartition(db, userNo, 'staged', now)
  }
})

/**
 * Returns the indexes of the drafts that change nothing. The import thread asks before it makes rows of them, because the
 * words for the search index take most of its time.
 */
export const findUnchanged = defineCommand({
  name: 'findUnchanged',
  kind: 'short',
  run: (db, { userNo, drafts }: { userNo: number, drafts: DraftIdentity[] }) => unchangedDrafts(db, userNo, drafts)
})

interface Batch { userNo: number, partitionNo: number, restoreDeleted: boolean, conversations: StagedConversation[] }

/** A conversation whose row is written, and whose messages are not yet. */
interface EmptyConversation { pk: number, conversation: StagedConversation }

/**
 * Stores a batch in the import's partition. Conversations that are stored already are compared, and their changes staged. Rows
 * of conversations are written before their messages. FTS5 flushes its pending entries before each insert that fires a
 * trigger, and such small segments would have to be merged later.
 * @throws {DomainError} what `insertConversation` throws; UNAUTHENTICATED, CONFLICT when the import was given up meanwhile.
 */
export const stageConversations = defineCommand({
  name: 'stageConversations',
  kind: 'bulk',
  lane: ({ partitionNo }: Batch) => `stage ${partitionNo}`,
  // An import is given up as a whole.
  sharesTransaction: true,
  * run (db, batch: Batch): Generator<void, StageResult, void> {
    const steps = stage(db, batch)
    for (;;) {
      assertStaged(db, batch)
      const step = steps.next()
      if (step.done) return step.value
      yield
    }
  }
})

function * stage (db: Db, batch: Batch): Generator<void, StageResult, void> {
  const result: StageResult = []
  const empty: EmptyConversation[] = []
  for (const conversation of batch.conversations) {
    const origin = findOrigin(db, batch, conversation)
    // What the file has twice is compared with the messages it had the first time.
    if (origin?.partitionNo === batch.partitionNo) yield * addContents(db, empty)
    const outcome = compare(db, batch, conversation, origin) ?? insertEmpty(db, batch, conversation, empty)
    result.push({ index: conversation.index, ...outcome, ...(conversation.own?.isContinued && { outcome: 'continued' }) })
    if (outcome.outcome !== 'imported') {
      // A step may end here, and then every row needs its entry.
      yield * addContents(db, empty)
      yield
    }
    if (empty.length === MAX_EMPTY_CONVERSATIONS) yield * addContents(db, empty)
  }
  yield * addContents(db, empty)
  yield * mergeSegments(db, MAX_SEGMENTS_DURING_BULK_WORK)
  return result
}

/** Returns the outcome of a conversation that was imported before, or null for a new one. */
function compare (db: Db, batch: Batch, draft: StagedConversation, origin: Origin | undefined): Outcome | null {
  const { partitionNo, restoreDeleted } = batch
  const { conversationId, title } = draft
  const outcomeIfDeleted: Outcome | null = restoreDeleted ? null : { outcome: 'deleted', messages: 0, conversationId, title }
  if (!origin) {
    const copy = findCopy(db, batch, draft)
    if (copy === null || copy === 'deleted') return copy && outcomeIfDeleted
    return { outcome: copy === 'visible' ? 'unchanged' : 'merged', messages: 0, conversationId, title }
  }
  const { conversationPk, fingerprint } = origin
  if (origin.partitionNo === partitionNo) return { ...mergeIntoStaged(db, conversationPk, draft), conversationId, title }
  if (isVisibleOrSoon(origin)) {
    if (fingerprint === draft.fingerprint) return { outcome: 'unchanged', messages: 0, conversationId, title }
    return stageUpdate(db, partitionNo, conversationPk, draft, fingerprint === null)
  }
  return outcomeIfDeleted
}

/** Writes the row of a new conversation, without its messages. */
function insertEmpty (db: Db, { userNo, partitionNo }: Batch, conversation: StagedConversation, empty: EmptyConversation[]): Outcome {
  const { index, messages, source, sourceId, fingerprint, versionAt, contentHash, titleWords, own, ...row } = conversation
  const conversationId = freeId(db, userNo, conversation)
  const pk = insertConversation(db, userNo, { ...row, conversationId, partitionNo, messageCount: messages.length, nextMessage: messages.length + 1 })
  addOrigin(db, userNo, pk, conversation)
  empty.push({ pk, conversation })
  return { outcome: 'imported', messages: messages.length, conversationId, title: row.title }
}

/**
 * Writes the messages and search entries of conversations whose rows are written. Each step ends with an entry for every
 * row. The sweep of an import that is given up relies on it.
 */
function * addContents (db: Db, empty: EmptyConversation[]): Generator<void, void, void> {
  for (const { pk, conversation } of empty) addEntry(db, pk, TITLE_NUMBER, conversation.titleWords)
  let written = 0
  for (const { pk, conversation: { messages } } of empty.splice(0)) {
    let n = 0
    for (const message of messages) {
      insertMessage(db, pk, ++n, message)
      addEntry(db, pk, n, message.words)
      if (++written % STEP_MESSAGES === 0) yield
    }
  }
}

interface Publishing { userNo: number, partitionNo: number, now: number }

/**
 * Publishes what was staged. It first applies the changes of conversations that are visible already. Then one commit shows all
 * new conversations. Publishing that has begun is never given up: `resumePublishing` completes it after a crash.
 * @throws {DomainError} UNAUTHENTICATED when the account was deleted meanwhile; CONFLICT when the import was given up.
 */
export const publishImport = defineCommand({
  name: 'publishImport',
  kind: 'bulk',
  lane: ({ partitionNo }: Publishing) => `publish ${partitionNo}`,
  * run (db, { userNo, partitionNo, now }: Publishing): Generator<void, void, void> {
    assertStaged(db, { userNo, partitionNo })
    changePartition(db, partitionNo, 'publishing')
    yield
    yield * publish(db, partitionNo, now)
  }
})

/** Completes the publishing of imports that a crash or a failing disk interrupted. */
export const resumePublishing = defineCommand({
  name: 'resumePublishing',
  kind: 'bulk',
  lane: () => 'publish',
  * run (db, { now }: { now: number }): Generator<void, void, void> {
    for (const { no } of statements(db).publishing.all()) yield * publish(db, no, now)
  }
})

/** Each step reads what is left, so two of these can work on one import. */
function * publish (db: Db, partitionNo: number, now: number): Generator<void, void, void> {
  while (applyNextUpdate(db, partitionNo)) yield
  const { userNo, state } = statements(db).partition.get({ no: partitionNo }) ?? {}
  if (state !== 'publishing') return
  if (typeof userNo !== 'number') return changePartition(db, partitionNo, 'discarded')
  if (!statements(db).anyIn.get({ no: partitionNo })) return removePartition(db, partitionNo)
  yield * createMissingTags(db, userNo, partitionNo, now)
  // The account may have been deleted at a yield.
  if (statements(db).partition.get({ no: partitionNo })?.state === 'publishing') changePartition(db, partitionNo, 'live')
}

/** Gives up an import that is staged. The sweep removes its rows. Leaves an import that is being published alone. */
export const abandonImport = defineCommand({
  name: 'abandonImport',
  kind: 'short',
  grows: false,
  run (db, { partitionNo }: { partitionNo: number }) {
    if (statements(db).partition.get({ no: partitionNo })?.state === 'staged') changePartition(db, partitionNo, 'discarded')
  }
})

/**
 * Refuses to continue an import that was given up, because the sweep may remove its rows at any time.
 * @throws {DomainError} UNAUTHENTICATED when the account was deleted or disabled, CONFLICT otherwise.
 */
function assertStaged (db: Db, { userNo, partitionNo }: Pick<Publishing, 'userNo' | 'partitionNo'>) {
  if (isStaged(db, partitionNo)) return
  requireAccount(db, userNo)
  throw new DomainError('CONFLICT', 'The import was given up meanwhile; nothing of it is here')
}

/** An import, from its first batch to the commit that shows all of it. */
export const importCommands = [beginImport, findUnchanged, stageConversations, publishImport, resumePublishing, abandonImport]
