import { asc, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversations, tagRenames } from '../db/schema.js'
import { defineCommand } from '../writer/command.js'

interface TaggedConversation { pk: number, tags: string }

const { placeholder } = sql

const statements = prepared((db: Db) => ({
  first: db.select().from(tagRenames).orderBy(asc(tagRenames.pk)).limit(1).prepare(),
  remove: db.delete(tagRenames).where(eq(tagRenames.pk, placeholder('pk'))).prepare(),
  // Raw SQL: CROSS JOIN makes SQLite look the tag up in each partition. The staged and publishing ones belong to imports and copies.
  carriers: db.$client.prepare<[{ userNo: number, tag: string, limit: number }], TaggedConversation>(
    `SELECT c.pk, c.tags FROM partitions p
     CROSS JOIN conversation_tags t ON t.partition_no = p.no AND t.tag = :tag
     CROSS JOIN conversations c ON c.pk = t.conversation_pk
     WHERE p.user_no = :userNo AND p.state IN ('live', 'staged', 'publishing') LIMIT :limit + 0`),
  store: db.update(conversations).set({ tags: sql`${placeholder('tags')}` }).where(eq(conversations.pk, placeholder('pk'))).prepare()
}))

/** The step is small, because each conversation is written once for each of its up to 50 tags. */
const STEP_CONVERSATIONS = 20

/** Rewrites the stored tags of conversations for the pending renames, oldest first. */
export const applyTagRenames = defineCommand({
  name: 'applyTagRenames',
  kind: 'bulk',
  lane: () => 'tags',
  * run (db): Generator<void, void, void> {
    const { first, remove, carriers, store } = statements(db)
    for (let rename = first.get(); rename; rename = first.get()) {
      const { pk, userNo, from, to } = rename
      const next = () => carriers.all({ userNo, tag: from, limit: STEP_CONVERSATIONS })
      for (let slice = next(); slice.length > 0; slice = next()) {
        for (const carrier of slice) store.run({ pk: carrier.pk, tags: renamed(carrier.tags, from, to) })
        yield
      }
      remove.run({ pk })
      yield
    }
  }
})

function renamed (stored: string, from: string, to: string | null): string {
  const tags: string[] = JSON.parse(stored)
  return JSON.stringify([...new Set(tags.flatMap((tag) => tag !== from ? [tag] : to === null ? [] : [to]))])
}
