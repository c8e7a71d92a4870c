import { and, eq, notInArray, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { partitions, users } from '../db/schema.js'

/** What an account takes up. */
export interface Usage {
  /** Conversations that its owner sees, archived ones too. */
  conversations: number
  /** Bytes of the bodies of its messages; those of deleted ones count until they are swept. */
  bytes: number
}

/** Conversations of a user's live partitions, for a query over `users`. */
export const liveConversations = sql<number>`(SELECT coalesce(sum(${partitions.conversations}), 0) FROM ${partitions}
  WHERE ${and(eq(partitions.userNo, users.no), eq(partitions.state, 'live'))})`

/** The same with those of imports under way. */
const reservedConversations = sql<number>`(SELECT coalesce(sum(${partitions.conversations}), 0) FROM ${partitions}
  WHERE ${and(eq(partitions.userNo, users.no), notInArray(partitions.state, ['dropped', 'discarded']))})`

const statements = prepared((db: Db) => ({
  usage: db.select({ conversations: liveConversations, bytes: users.storedBytes }).from(users)
    .where(eq(users.no, sql.placeholder('no'))).prepare(),
  reserved: db.select({ conversations: reservedConversations, bytes: users.storedBytes }).from(users)
    .where(eq(users.no, sql.placeholder('no'))).prepare()
}))

/** What an account takes up, from counters that triggers keep: it reads as many rows as the account has partitions. */
export function usageOf (db: Db, userNo: number): Usage {
  return statements(db).usage.get({ no: userNo }) ?? { conversations: 0, bytes: 0 }
}

/** The same, with what imports under way have stored already. */
export function reservedUsageOf (db: Db, userNo: number): Usage {
  return statements(db).reserved.get({ no: userNo }) ?? { conversations: 0, bytes: 0 }
}
