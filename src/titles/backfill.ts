import { and, eq } from 'drizzle-orm'
import { UNTITLED } from '../conversations/title.js'
import type { Db } from '../db/connection.js'
import { conversations, partitions, users } from '../db/schema.js'

/** A conversation that nobody named. */
export interface Untitled { userNo: number, conversationId: string }

/** Every conversation of every user that has no title yet. Scans all titles, so it is for the command line only. */
export function untitledConversations (db: Db): Untitled[] {
  return db.select({ userNo: users.no, conversationId: conversations.conversationId }).from(conversations)
    .innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .innerJoin(users, eq(users.no, partitions.userNo))
    .where(and(eq(partitions.state, 'live'), eq(conversations.title, UNTITLED)))
    .orderBy(conversations.pk).all()
}
