import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { reindexTitle } from '../search/index/entries.js'
import type { Conversation } from './find.js'
import { titleKey } from './title.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  store: sqlite.prepare<[{ pk: number, title: string, titleKey: string, now: number | null }]>(
    `UPDATE conversations SET title = :title, title_key = :titleKey, updated_at = coalesce(max(:now, updated_at + 1), updated_at)
     WHERE pk = :pk`)
}))

/**
 * Gives a conversation, which is passed as it is stored, another title, and keeps what is derived from it. Every
 * change of a title goes through here. `now` becomes the conversation's `updatedAt`; null leaves that alone.
 */
export function storeTitle (db: Db, { pk, title: before }: Pick<Conversation, 'pk' | 'title'>, title: string, now: number | null) {
  reindexTitle(db, pk, before, title)
  statements(db).store.run({ pk, title, titleKey: titleKey(title), now })
}
