import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { userOfKey } from '../db/keys.js'
import { conversations, listRows } from '../db/schema.js'
import { inSnapshot } from '../db/snapshot.js'
import { notFound } from './find.js'
import { rowJson, shownRow } from './list-row.js'
import { cachedLivePartitions } from './partitions.js'
import type { ConversationView } from './schemas.js'
import { cachedTagNames } from './tag-names.js'

const { placeholder } = sql

const columns = {
  row: listRows.row,
  settings: conversations.settings,
  messageCount: conversations.messageCount,
  forkedFromConversation: conversations.forkedFromConversation,
  forkedFromMessage: conversations.forkedFromMessage
}

/** All that the owner of a conversation sees, as it is stored. `row` is its list row (`list-row.ts`). */
export type WholeConversation = Pick<typeof conversations.$inferSelect, Exclude<keyof typeof columns, 'row'>> & Pick<typeof listRows.$inferSelect, 'row'>

const statements = prepared((db: Db) => {
  const whole = () => db.select(columns).from(conversations).innerJoin(listRows, eq(listRows.conversationPk, conversations.pk))
  const hasId = and(eq(conversations.conversationId, placeholder('conversationId')), eq(conversations.partitionNo, placeholder('partitionNo')))
  return {
    byKey: whole().where(eq(conversations.pk, placeholder('pk'))).prepare(),
    byId: whole().where(hasId).prepare()
  }
})

/** Returns the whole conversation with this key, which must exist. */
export function wholeConversation (db: Db, pk: number): WholeConversation {
  const row = statements(db).byKey.get({ pk })
  if (!row) throw new Error(`No conversation at key ${pk}`)
  return withShownTags(db, userOfKey(pk), row)
}

/**
 * Returns a user's whole conversation.
 * @throws {DomainError} NOT_FOUND for an unknown one and for somebody else's alike.
 */
export function requireWholeConversation (db: Db, userNo: number, conversationId: string): WholeConversation {
  return inSnapshot(db, () => {
    for (const partitionNo of cachedLivePartitions(db, userNo)) {
      const row = statements(db).byId.get({ conversationId, partitionNo })
      if (row) return withShownTags(db, userNo, row)
    }
    throw notFound()
  })
}

function withShownTags (db: Db, userNo: number, stored: WholeConversation): WholeConversation {
  const names = cachedTagNames(db, userNo)
  return names.size === 0 ? stored : { ...stored, row: shownRow(names, stored.row) }
}

/** Returns a conversation as the API sends it. What is not set is left out. `userId` is the id of its owner. */
export function viewConversation (stored: WholeConversation, userId: string): ConversationView {
  const { row, settings, messageCount, forkedFromConversation, forkedFromMessage } = stored
  // Spreading parsed objects makes V8 use a dictionary, which takes ten times as long to serialize.
  const view: ConversationView = Object.assign(JSON.parse(rowJson(row)), JSON.parse(settings), { user: userId, messageCount })
  if (forkedFromConversation !== null) {
    view.forkedFrom = { conversationId: forkedFromConversation, ...(forkedFromMessage !== null && { messageId: forkedFromMessage }) }
  }
  return view
}
