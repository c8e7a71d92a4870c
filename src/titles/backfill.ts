import { and, eq } from 'drizzle-orm'
import { UNTITLED } from '../conversations/title.js'
import type { Db } from '../db/connection.js'
import { conversations, partitions, users } from '../db/schema.js'

/** A conversation without a title. */
export interface Untitled { userNo: number, conversationId: string }

/** Returns every user's conversations without a title. Scans all titles, so only the command line uses it. */
export function untitledConversations (db: Db): Untitled[] {
  return db.select({ userNo: users.no, conversationId: conversations.conversationId }).from(conversations)
    .innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .innerJoin(users, eq(users.no, partitions.userNo))
    .where(and(eq(partitions.state, 'live'), eq(conversations.title, UNTITLED)))
    .orderBy(conversations.pk).all()
}
