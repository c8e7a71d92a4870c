import { eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversations } from '../db/schema.js'

/** What a write to its messages changes in a conversation. */
export interface Touch {
  /** The new `updatedAt` in milliseconds. It is moved to `minStepMs` after the one before if it is earlier than that. */
  now: number
  /** 1 by default, so that `updatedAt` moves with every write. 0 keeps an `updatedAt` that is later than `now`. */
  minStepMs?: 0 | 1
  /** Number of messages that were added, or removed if it is negative. */
  added?: number
  /** The endpoint, model and icon that the conversation used last; null or left out keeps them. */
  endpoint?: string | null
  model?: string | null
  iconUrl?: string | null
}

const { placeholder } = sql

/** The time of a change to a conversation: the parameter `now`, or `minStepMs` after the change before. */
export const changedAt = sql<number>`max(${placeholder('now')}, ${conversations.updatedAt} + ${placeholder('minStepMs')})`

const statements = prepared((db: Db) => ({
  touch: db.update(conversations).set({
    updatedAt: changedAt,
    messageCount: sql`${conversations.messageCount} + ${placeholder('added')}`,
    endpoint: sql`coalesce(${placeholder('endpoint')}, ${conversations.endpoint})`,
    model: sql`coalesce(${placeholder('model')}, ${conversations.model})`,
    iconUrl: sql`coalesce(${placeholder('iconUrl')}, ${conversations.iconUrl})`
  }).where(eq(conversations.pk, placeholder('pk'))).prepare()
}))

/** Updates a conversation after a write to its messages. */
export function touchConversation (db: Db, pk: number, { minStepMs = 1, added = 0, endpoint = null, model = null, iconUrl = null, now }: Touch) {
  statements(db).touch.run({ pk, now, minStepMs, added, endpoint, model, iconUrl })
}
