import { eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversations } from '../db/schema.js'
import { reindexTitle } from '../search/index/entries.js'
import type { Conversation } from './find.js'
import { titleKey } from '../search/index/title-key.js'
import { changedAt } from './touch.js'

const { placeholder } = sql

const statements = prepared((db: Db) => ({
  store: db.update(conversations).set({
    title: sql`${placeholder('title')}`,
    titleKey: sql`${placeholder('titleKey')}`,
    updatedAt: sql`coalesce(${changedAt}, ${conversations.updatedAt})`
  }).where(eq(conversations.pk, placeholder('pk'))).prepare()
}))

/**
 * Changes the title of a conversation, its sort key and its search entry. The conversation must be passed as it is stored.
 * Every change of a title goes through here. `now` becomes its `updatedAt`; null keeps that.
 */
export function storeTitle (db: Db, { pk, title: before }: Pick<Conversation, 'pk' | 'title'>, title: string, now: number | null) {
  reindexTitle(db, pk, before, title)
  statements(db).store.run({ pk, title, titleKey: titleKey(title), now, minStepMs: 1 })
}
