import { UNTITLED } from '../conversations/title.js'
import type { Db } from '../db/connection.js'

/** A conversation that nobody named. */
export interface Untitled { userNo: number, conversationId: string }

/** Every conversation of every user that has no title yet. Scans all titles, so it is for the command line only. */
export function untitledConversations ({ $client: sqlite }: Db): Untitled[] {
  return sqlite.prepare<[string], Untitled>(
    `SELECT p.user_no AS userNo, c.conversation_id AS conversationId FROM conversations c JOIN partitions p ON p.no = c.partition_no
     WHERE p.state = 'live' AND c.title = ? ORDER BY c.pk`).all(UNTITLED)
}
