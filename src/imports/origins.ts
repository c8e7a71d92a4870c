import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { PartitionState } from '../conversations/partitions.js'
import type { Db } from '../db/connection.js'
import { preparedInsert } from '../db/prepared-insert.js'
import { prepared } from '../db/prepared.js'
import { conversations, importOrigins, partitions } from '../db/schema.js'
import type { StagedConversation } from './rows.js'
import { storedMessages } from './stored-messages.js'

/** A conversation that came from a source, and where it stands now. */
export interface Origin {
  conversationPk: number
  /** Of the draft that was imported last; null where it was not imported under this id, and a draft only adds to it. */
  fingerprint: string | null
  /** Null once the conversation's row is gone. */
  partitionNo: number | null
  /** Of that partition. */
  state: PartitionState | null
}

/** The format whose conversation ids are Parley's own. */
const FORMAT_WITH_PARLEY_IDS = 'librechat'

/** An id that is the time of the first message, as sources have that export activities without conversations. */
const timeId = /^\d{4}-\d\d-\d\dT/

const { placeholder } = sql

const statements = prepared((db: Db) => ({
  bySource: db.select({
    conversationPk: importOrigins.conversationPk,
    fingerprint: importOrigins.fingerprint,
    partitionNo: partitions.no,
    state: partitions.state
  }).from(importOrigins)
    .leftJoin(conversations, eq(conversations.pk, importOrigins.conversationPk))
    .leftJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(
      eq(importOrigins.userNo, placeholder('userNo')),
      eq(importOrigins.source, placeholder('source')),
      eq(importOrigins.sourceId, placeholder('sourceId'))
    )).prepare(),
  before: db.select({ conversationPk: importOrigins.conversationPk, partitionNo: partitions.no, state: partitions.state }).from(importOrigins)
    .innerJoin(conversations, eq(conversations.pk, importOrigins.conversationPk))
    .innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(
      eq(importOrigins.userNo, placeholder('userNo')),
      eq(importOrigins.source, placeholder('source')),
      lt(importOrigins.sourceId, placeholder('sourceId')),
      eq(partitions.state, 'live')
    )).orderBy(desc(importOrigins.sourceId)).limit(1).prepare(),
  // Among the caller's conversations that are seen or will be.
  taken: db.select({ pk: conversations.pk }).from(conversations).innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(
      eq(conversations.conversationId, placeholder('conversationId')),
      eq(partitions.userNo, placeholder('userNo')),
      inArray(partitions.state, ['live', 'publishing', 'staged'])
    )).limit(1).prepare(),
  byOwnId: db.select({ conversationPk: conversations.pk, partitionNo: partitions.no, state: partitions.state })
    .from(conversations).innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(
      eq(conversations.conversationId, placeholder('conversationId')),
      eq(partitions.userNo, placeholder('userNo')),
      eq(partitions.state, 'live')
    )).prepare(),
  alike: db.select({ source: importOrigins.source, partitionNo: partitions.no, state: partitions.state }).from(importOrigins)
    .leftJoin(conversations, eq(conversations.pk, importOrigins.conversationPk))
    .leftJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(
      eq(importOrigins.userNo, placeholder('userNo')),
      eq(importOrigins.contentHash, placeholder('contentHash'))
    )).prepare(),
  // Raw SQL: all drafts of a batch in one statement.
  unchanged: db.$client.prepare<[{ userNo: number, drafts: string }], number>(
    `SELECT draft.key FROM json_each(:drafts) AS draft
     CROSS JOIN import_origins AS origin ON origin.user_no = :userNo
       AND origin.source = draft.value ->> 'source' AND origin.source_id = draft.value ->> 'sourceId'
       AND origin.fingerprint = draft.value ->> 'fingerprint'
     JOIN conversations ON conversations.pk = origin.conversation_pk
     JOIN partitions ON partitions.no = conversations.partition_no AND partitions.state IN ('live', 'publishing')`).pluck(),
  insert: preparedInsert(db, importOrigins)
}))

/** Who imports, and into which partition. */
interface Importing { userNo: number, partitionNo: number }

/**
 * What became of a conversation with this source. It may be one of this import, one that is seen or about to be, or one
 * that was deleted here. What other imports have staged, and what is left of those that
 * were given up, does not count.
 */
export function findOrigin (db: Db, { userNo, partitionNo }: Importing, draft: StagedConversation): Origin | undefined {
  const { source, sourceId, own } = draft
  const origins: Origin[] = statements(db).bySource.all({ userNo, source, sourceId })
  const ownId = own?.conversationId ?? (source === FORMAT_WITH_PARLEY_IDS ? sourceId : null)
  const found = origins.find((origin) => origin.partitionNo === partitionNo) ??
    origins.find(isVisibleOrSoon) ??
    (ownId !== null ? findOwn(db, userNo, ownId) : undefined) ??
    origins.find(isDeleted) ??
    (timeId.test(sourceId) ? findCutOff(db, userNo, draft) : undefined)
  // Another Parley may have added messages before it exported this conversation, so the draft counts as changed.
  return found && own ? { ...found, fingerprint: null } : found
}

/** The id for a new conversation: the one it had in Parley's own export, unless another conversation of the account has it. */
export function freeId (db: Db, userNo: number, { conversationId, own }: StagedConversation): string {
  return own && !statements(db).taken.get({ userNo, conversationId: own.conversationId }) ? own.conversationId : conversationId
}

/** Finds the conversation that a draft is an export of, if it was made here. */
function findOwn (db: Db, userNo: number, conversationId: string): Origin | undefined {
  const own = statements(db).byOwnId.get({ userNo, conversationId })
  return own && { ...own, fingerprint: null }
}

/**
 * Finds the conversation that a draft is a later part of. Some sources group activities and delete the old ones. A group of
 * a later export then begins in the middle of the stored conversation.
 */
function findCutOff (db: Db, userNo: number, { source, sourceId, messages: [first] }: StagedConversation): Origin | undefined {
  const before = statements(db).before.get({ userNo, source, sourceId })
  if (!before || !first) return undefined
  return storedMessages(db, before.conversationPk).present.has(first.sourceId) ? { ...before, fingerprint: null } : undefined
}

/** The fields that tell whether a draft is a stored conversation without changes. */
export type DraftIdentity = Pick<StagedConversation, 'source' | 'sourceId' | 'fingerprint'>

/** Returns the indexes of the drafts that were imported before without a change since, into visible conversations. */
export function unchangedDrafts (db: Db, userNo: number, drafts: readonly DraftIdentity[]): number[] {
  return statements(db).unchanged.all({ userNo, drafts: JSON.stringify(drafts) })
}

/**
 * Looks for the same conversation from another source, by equal texts and times (`contentHash`). Returns its state, or null
 * when there is none. Conversations of one source are never the same, because their ids differ. But a file of LibreChat's format may be
 * Parley's export of a conversation that came from LibreChat under another id; it is known as deleted, too. Conversations of
 * Parley's own format are not compared: the Parley that exported them compared them when it imported them.
 */
export function findCopy (db: Db, { userNo, partitionNo }: Importing, { source, contentHash, own }: StagedConversation): 'visible' | 'in this import' | 'deleted' | null {
  if (contentHash === null || own) return null
  const alike = statements(db).alike.all({ userNo, contentHash })
  const copies = alike.filter((copy) => copy.source !== source)
  if (copies.some(isVisibleOrSoon)) return 'visible'
  if (copies.some((copy) => copy.partitionNo === partitionNo)) return 'in this import'
  return (source === FORMAT_WITH_PARLEY_IDS ? alike : copies).some(isDeleted) ? 'deleted' : null
}

/** Whether the conversation is visible, or its import is complete and it will be soon. */
export function isVisibleOrSoon ({ state }: Pick<Origin, 'state'>): boolean {
  return state === 'live' || state === 'publishing'
}

/** Whether it was deleted here. Its rows may be there still. */
function isDeleted ({ state }: Pick<Origin, 'state'>): boolean {
  return state === 'dropped' || state === null
}

/** Records where a new conversation came from. */
export function addOrigin (db: Db, userNo: number, conversationPk: number, { source, sourceId, fingerprint, title, versionAt, contentHash, own }: StagedConversation) {
  statements(db).insert({ conversationPk, userNo, source, sourceId, fingerprint, title: own ? own.originTitle : title, versionAt, contentHash })
}
