import { and, eq, isNull, notInArray, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { partitions, users } from '../db/schema.js'

/** The storage that an account uses. */
export interface Usage {
  /** Conversations that are visible to the owner, archived ones too. */
  conversations: number
  /** Bytes of the bodies of its messages. Deleted messages count until they are swept. */
  bytes: number
}

/** Conversations of a user's live partitions, for a query over `users`. */
export const liveConversations = sql<number>`(SELECT coalesce(sum(${partitions.conversations}), 0) FROM ${partitions}
  WHERE ${and(eq(partitions.userNo, users.no), eq(partitions.state, 'live'))})`

/** Counts as `liveConversations`, plus those of running imports. */
const reservedConversations = sql<number>`(SELECT coalesce(sum(${partitions.conversations}), 0) FROM ${partitions}
  WHERE ${and(eq(partitions.userNo, users.no), notInArray(partitions.state, ['dropped', 'discarded']))})`

/** The usage of all accounts. */
export interface TotalUsage extends Usage { users: number }

const statements = prepared((db: Db) => ({
  total: db.select({ users: sql<number>`count(*)`, bytes: sql<number>`coalesce(sum(${users.storedBytes}), 0)` }).from(users)
    .where(isNull(users.deletedAt)).prepare(),
  conversations: db.select({ conversations: sql<number>`coalesce(sum(${partitions.conversations}), 0)` }).from(partitions)
    .where(eq(partitions.state, 'live')).prepare(),
  usage: db.select({ conversations: liveConversations, bytes: users.storedBytes }).from(users)
    .where(eq(users.no, sql.placeholder('no'))).prepare(),
  reserved: db.select({ conversations: reservedConversations, bytes: users.storedBytes }).from(users)
    .where(eq(users.no, sql.placeholder('no'))).prepare()
}))

/**
 * Returns the usage of an account, from counters that triggers update. Reads as many rows as the account has partitions.
 */
export function usageOf (db: Db, userNo: number): Usage {
  return statements(db).usage.get({ no: userNo }) ?? { conversations: 0, bytes: 0 }
}

/** Returns the usage of an account, plus what running imports have stored. */
export function reservedUsageOf (db: Db, userNo: number): Usage {
  return statements(db).reserved.get({ no: userNo }) ?? { conversations: 0, bytes: 0 }
}

/** Returns the usage of all accounts from the same counters. Reads as many rows as there are accounts and partitions. */
export function totalUsage (db: Db): TotalUsage {
  const { users = 0, bytes = 0 } = statements(db).total.get() ?? {}
  return { users, bytes, conversations: statements(db).conversations.get()?.conversations ?? 0 }
}
