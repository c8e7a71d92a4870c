import { and, eq, sql } from 'drizzle-orm'
import type { PartitionState } from '../conversations/partitions.js'
import type { Db } from '../db/connection.js'
import { preparedInsert } from '../db/prepared-insert.js'
import { prepared } from '../db/prepared.js'
import { conversations, importOrigins, partitions } from '../db/schema.js'
import type { StagedConversation } from './rows.js'

/** A conversation that came from a source, and where it stands now. */
export interface Origin {
  conversationPk: number
  /** Of the draft that was imported last; null for a conversation that was not imported from this source. */
  fingerprint: string | null
  /** Null once the conversation's row is gone. */
  partitionNo: number | null
  /** Of that partition. */
  state: PartitionState | null
}

/** The format whose conversation ids are Parley's own. */
const OWN_FORMAT = 'librechat'

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
  byOwnId: db.select({ conversationPk: conversations.pk, partitionNo: partitions.no, state: partitions.state })
    .from(conversations).innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(
      eq(conversations.conversationId, placeholder('conversationId')),
      eq(partitions.userNo, placeholder('userNo')),
      eq(partitions.state, 'live')
    )).prepare(),
  insert: preparedInsert(db, importOrigins)
}))

/** Who imports, and into which partition. */
interface Importing { userNo: number, partitionNo: number }

/**
 * What became of a conversation with this source: one of this import, or one that is seen (or will be as soon as its
 * import is published), or one that was deleted here. What other imports have staged, and what is left of those that
 * were given up, does not count.
 */
export function findOrigin (db: Db, { userNo, partitionNo }: Importing, { source, sourceId }: StagedConversation): Origin | undefined {
  const origins: Origin[] = statements(db).bySource.all({ userNo, source, sourceId })
  return origins.find((origin) => origin.partitionNo === partitionNo) ??
    origins.find(isSeen) ??
    (source === OWN_FORMAT ? findOwn(db, userNo, sourceId) : undefined) ??
    origins.find(({ state }) => state === 'dropped' || state === null)
}

/** The conversation whose export this is, where it was made here. */
function findOwn (db: Db, userNo: number, conversationId: string): Origin | undefined {
  const own = statements(db).byOwnId.get({ userNo, conversationId })
  return own && { ...own, fingerprint: null }
}

/** Whether the conversation is seen, or its import is complete and about to be. */
export function isSeen ({ state }: Pick<Origin, 'state'>): boolean {
  return state === 'live' || state === 'publishing'
}

/** Records where a new conversation came from. */
export function addOrigin (db: Db, userNo: number, conversationPk: number, { source, sourceId, fingerprint, title, versionAt }: StagedConversation) {
  statements(db).insert({ conversationPk, userNo, source, sourceId, fingerprint, title, versionAt })
}
