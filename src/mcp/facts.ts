import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversations, importOrigins, partitions } from '../db/schema.js'

const { placeholder } = sql

/** What a row of the list does not have. `source` is the format it was imported from, null for one that began here. */
export interface Facts { source: string | null, messageCount: number }

const statements = prepared((db: Db) => db.select({ source: importOrigins.source, messageCount: conversations.messageCount })
  .from(conversations)
  .innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
  .leftJoin(importOrigins, eq(importOrigins.conversationPk, conversations.pk))
  .where(and(
    eq(conversations.conversationId, placeholder('conversationId')),
    eq(partitions.userNo, placeholder('userNo')),
    eq(partitions.state, 'live')
  )).prepare())

/** Returns the facts of a user's conversation, or undefined if it is gone. */
export function factsOf (db: Db, userNo: number, conversationId: string): Facts | undefined {
  return statements(db).get({ userNo, conversationId })
}
