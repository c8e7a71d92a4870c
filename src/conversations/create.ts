import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { conversationKey, MAX_CONVERSATIONS } from '../db/keys.js'
import { preparedInsert } from '../db/prepared-insert.js'
import { prepared } from '../db/prepared.js'
import { conversations, users } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { indexTitle } from '../search/index/entries.js'

/** A conversation to create. What is left out gets its default. */
export type NewConversation = Omit<typeof conversations.$inferInsert, 'pk'>

const statements = prepared((db: Db) => ({
  takeNumber: db.update(users).set({ nextConversation: sql`${users.nextConversation} + 1` })
    .where(and(eq(users.no, sql.placeholder('userNo')), isNull(users.deletedAt))).returning({ next: users.nextConversation }).prepare(),
  insert: preparedInsert(db, conversations)
}))

/**
 * Creates a conversation with the search entry of its title. Returns its key.
 * @throws {DomainError} what `insertConversation` throws.
 */
export function createConversation (db: Db, userNo: number, conversation: NewConversation): number {
  const pk = insertConversation(db, userNo, conversation)
  indexTitle(db, pk, conversation.title)
  return pk
}

/**
 * Creates a conversation without the search entry of its title, which the caller must add. Returns its key. An import adds the
 * entries of many conversations together.
 * @throws {DomainError} UNAUTHENTICATED when the account is gone, LIMIT_REACHED after `MAX_CONVERSATIONS`.
 */
export function insertConversation (db: Db, userNo: number, conversation: NewConversation): number {
  const pk = takeConversationKey(db, userNo)
  statements(db).insert({ ...conversation, pk })
  return pk
}

function takeConversationKey (db: Db, userNo: number): number {
  const taken = statements(db).takeNumber.get({ userNo })
  if (!taken) throw new DomainError('UNAUTHENTICATED', 'This account is gone')
  const number = taken.next - 1
  if (number > MAX_CONVERSATIONS) throw new DomainError('LIMIT_REACHED', 'This account has no room for another conversation')
  return conversationKey(userNo, number)
}
