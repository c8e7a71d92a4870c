import { insertConversation } from '../conversations/create.js'
import { changePartition, createPartition, type PartitionState, removePartition } from '../conversations/partitions.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { insertMessage } from '../messages/insert.js'
import { addEntry, TITLE } from '../search/index/entries.js'
import { FEW_MEANWHILE, mergeSegments } from '../search/index/merge.js'
import { createMissingTags } from '../tags/commands.js'
import { defineCommand } from '../writer/command.js'
import { growConversation, type Growth, grownMessages } from './growth.js'
import type { StagedConversation } from './rows.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  hasAccount: sqlite.prepare<[number], number>('SELECT EXISTS (SELECT 1 FROM users WHERE no = ?)').pluck(),
  origins: sqlite.prepare<[number, string, string], Origin>(
    `SELECT o.conversation_pk AS conversationPk, o.fingerprint, p.no AS partitionNo, p.state
     FROM import_origins o
     LEFT JOIN conversations c ON c.pk = o.conversation_pk
     LEFT JOIN partitions p ON p.no = c.partition_no
     WHERE o.user_no = ? AND o.source = ? AND o.source_id = ?`),
  addOrigin: sqlite.prepare<[{ userNo: number, source: string, sourceId: string, pk: number, fingerprint: string }]>(
    `INSERT INTO import_origins (conversation_pk, user_no, source, source_id, fingerprint)
     VALUES (:pk, :userNo, :source, :sourceId, :fingerprint)`),
  isEmpty: sqlite.prepare<[number], number>(
    'SELECT NOT EXISTS (SELECT 1 FROM conversations WHERE partition_no = ?)').pluck(),
  owner: sqlite.prepare<[number], number | null>('SELECT user_no FROM partitions WHERE no = ?').pluck(),
  isSeen: sqlite.prepare<[number], number>(
    'SELECT 1 FROM conversations c JOIN partitions p ON p.no = c.partition_no WHERE c.pk = ? AND p.state = \'live\'').pluck(),
  keepFingerprint: sqlite.prepare<[string, number]>('UPDATE import_origins SET fingerprint = ? WHERE conversation_pk = ?'),
  keepGrowth: sqlite.prepare<[number, number, string]>(
    'INSERT INTO staged_growth (partition_no, conversation_pk, draft) VALUES (?, ?, ?)'),
  growth: sqlite.prepare<[number], { conversationPk: number, draft: string }>(
    'SELECT conversation_pk AS conversationPk, draft FROM staged_growth WHERE partition_no = ? ORDER BY pk'),
  forgetGrowth: sqlite.prepare<[number]>('DELETE FROM staged_growth WHERE partition_no = ?')
}))

interface Origin {
  conversationPk: number
  fingerprint: string
  /** Null once the conversation's row is gone. */
  partitionNo: number | null
  /** Of that partition. */
  state: PartitionState | null
}

/** Messages that one step of staging writes, and conversations whose rows it writes before their messages. */
const STEP = { messages: 200, conversations: 128 }

/** What became of one staged conversation. */
export type Staged = 'imported' | 'updated' | 'unchanged' | 'merged' | 'deleted'

/** Outcome and number of new messages, for each conversation of a batch. */
export type StageResult = Array<{ index: number, title: string, outcome: Staged, messages: number }>

/**
 * Opens a partition that nobody sees.
 * @throws {DomainError} UNAUTHENTICATED when the account was deleted since the request was let in.
 */
export const beginImport = defineCommand({
  name: 'beginImport',
  kind: 'short',
  run (db, { userNo, now }: { userNo: number, now: number }): number {
    if (!statements(db).hasAccount.get(userNo)) throw new DomainError('UNAUTHENTICATED', 'This account is gone')
    return createPartition(db, userNo, 'staged', now)
  }
})

interface Batch { userNo: number, partitionNo: number, restoreDeleted: boolean, conversations: StagedConversation[] }

/** A conversation whose row is written, and whose messages are not yet. */
interface Opened { pk: number, conversation: StagedConversation }

/**
 * Stores a batch in the import's partition; what is here already is only compared. Rows of conversations come before all
 * of their messages: FTS5 writes out what it has collected before each insert that fires a trigger, and pieces that
 * small have to be merged later.
 */
export const stageConversations = defineCommand({
  name: 'stageConversations',
  kind: 'bulk',
  lane: ({ partitionNo }: Batch) => `stage ${partitionNo}`,
  * run (db, batch: Batch): Generator<void, StageResult, void> {
    const result: StageResult = []
    const opened: Opened[] = []
    for (const conversation of batch.conversations) {
      const { index, title } = conversation
      const origin = findOrigin(db, batch, conversation)
      // What the file has twice is compared with the messages it had the first time.
      if (origin?.partitionNo === batch.partitionNo) yield * addContents(db, opened)
      const outcome = compare(db, batch, conversation, origin) ?? open(db, batch, conversation, opened)
      result.push({ index, title, ...outcome })
      if (opened.length === STEP.conversations) yield * addContents(db, opened)
    }
    yield * addContents(db, opened)
    yield * mergeSegments(db, FEW_MEANWHILE)
    return result
  }
})

/**
 * The row that says what became of a conversation with this source: one of this import, or one that is seen, or one that
 * was deleted here. What other imports have staged, and what is left of those that were given up, does not count.
 */
function findOrigin (db: Db, { userNo, partitionNo }: Batch, { source, sourceId }: StagedConversation): Origin | undefined {
  const origins = statements(db).origins.all(userNo, source, sourceId)
  return origins.find((origin) => origin.partitionNo === partitionNo) ??
    origins.find(({ state }) => state === 'live') ??
    origins.find(({ state }) => state === 'dropped' || state === null)
}

type Outcome = Omit<StageResult[number], 'index' | 'title'>

/** What becomes of a conversation that came before; null for a new one. */
function compare (db: Db, { partitionNo, restoreDeleted }: Batch, conversation: StagedConversation, origin: Origin | undefined): Outcome | null {
  if (!origin) return null
  const { conversationPk } = origin
  if (origin.partitionNo === partitionNo) {
    return { outcome: 'merged', messages: growConversation(db, conversationPk, grownMessages(db, conversationPk, conversation)) }
  }
  if (origin.state === 'live') {
    if (origin.fingerprint === conversation.fingerprint) return { outcome: 'unchanged', messages: 0 }
    const growth = grownMessages(db, conversationPk, conversation)
    if (growth.messages.length === 0) return { outcome: 'unchanged', messages: 0 }
    statements(db).keepGrowth.run(partitionNo, conversationPk, JSON.stringify(growth))
    return { outcome: 'updated', messages: growth.messages.length }
  }
  return restoreDeleted ? null : { outcome: 'deleted', messages: 0 }
}

/** Writes the row of a new conversation. */
function open (db: Db, { userNo, partitionNo }: Batch, conversation: StagedConversation, opened: Opened[]): Outcome {
  const { index, messages, source, sourceId, fingerprint, titleWords, ...row } = conversation
  const pk = insertConversation(db, userNo, { ...row, partitionNo, messageCount: messages.length, nextMessage: messages.length + 1 })
  statements(db).addOrigin.run({ userNo, pk, source, sourceId, fingerprint })
  opened.push({ pk, conversation })
  return { outcome: 'imported', messages: messages.length }
}

/**
 * Writes the messages and search entries of opened conversations. Each step ends with an entry for every row, which the
 * sweep of an import that is given up relies on.
 */
function * addContents (db: Db, opened: Opened[]): Generator<void, void, void> {
  for (const { pk, conversation } of opened) addEntry(db, pk, TITLE, conversation.titleWords)
  let written = 0
  for (const { pk, conversation: { messages } } of opened.splice(0)) {
    let n = 0
    for (const message of messages) {
      insertMessage(db, pk, ++n, message)
      addEntry(db, pk, n, message.words)
      if (++written % STEP.messages === 0) yield
    }
  }
}

/**
 * Shows everything that was staged, in one small commit.
 * @throws {DomainError} UNAUTHENTICATED when the account was deleted meanwhile.
 */
export const publishImport = defineCommand({
  name: 'publishImport',
  kind: 'short',
  run (db, { userNo, partitionNo, now }: { userNo: number, partitionNo: number, now: number }): void {
    const { growth, forgetGrowth, keepFingerprint, isEmpty, owner, isSeen } = statements(db)
    if (owner.get(partitionNo) !== userNo) throw new DomainError('UNAUTHENTICATED', 'This account is gone')
    for (const { conversationPk, draft } of growth.all(partitionNo)) {
      // It may have been deleted since it was compared.
      if (!isSeen.get(conversationPk)) continue
      const grown: Growth = JSON.parse(draft)
      growConversation(db, conversationPk, grown)
      keepFingerprint.run(grown.fingerprint, conversationPk)
    }
    forgetGrowth.run(partitionNo)
    if (isEmpty.get(partitionNo)) {
      removePartition(db, partitionNo)
      return
    }
    createMissingTags(db, userNo, partitionNo, now)
    changePartition(db, partitionNo, 'live')
  }
})

/** Gives up what was staged; the sweep removes its rows. */
export const abandonImport = defineCommand({
  name: 'abandonImport',
  kind: 'short',
  run (db, { partitionNo }: { partitionNo: number }) {
    statements(db).forgetGrowth.run(partitionNo)
    changePartition(db, partitionNo, 'discarded')
  }
})

/** An import, from its first batch to the commit that shows all of it. */
export const importCommands = [beginImport, stageConversations, publishImport, abandonImport]
