import { cachedTagNames, storedNames } from '../conversations/tag-names.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { inSnapshot } from '../db/snapshot.js'

/** A tag row with the number of live conversations that carry it. */
export interface Tag {
  pk: number
  tag: string
  description: string | null
  position: number
  count: number
  createdAt: number
  updatedAt: number
}

const tagWithCount = `SELECT pk, tag, description, position, created_at AS createdAt, updated_at AS updatedAt,
  (SELECT count(*) FROM conversation_tags ct
   WHERE ct.tag = tags.tag AND ct.partition_no IN (SELECT no FROM partitions WHERE user_no = tags.user_no AND state = 'live')) AS count
  FROM tags`

const statements = prepared(({ $client: sqlite }: Db) => ({
  all: sqlite.prepare<[number], Tag>(`${tagWithCount} WHERE user_no = ? ORDER BY position, pk`),
  one: sqlite.prepare<[number, string], Tag>(`${tagWithCount} WHERE user_no = ? AND tag = ?`),
  count: sqlite.prepare<[{ userNo: number, names: string }], number>(
    `SELECT count(DISTINCT ct.conversation_pk) FROM partitions p
     CROSS JOIN conversation_tags ct ON ct.partition_no = p.no AND ct.tag IN (SELECT value FROM json_each(:names))
     WHERE p.user_no = :userNo AND p.state = 'live'`).pluck()
}))

/** A user's tags in their order. */
export function listTags (db: Db, userNo: number): Tag[] {
  return inSnapshot(db, () => statements(db).all.all(userNo).map((tag) => withShownCount(db, userNo, tag)))
}

/** One of a user's tags, or undefined. */
export function findTag (db: Db, userNo: number, tag: string): Tag | undefined {
  return inSnapshot(db, () => {
    const found = statements(db).one.get(userNo, tag)
    return found && withShownCount(db, userNo, found)
  })
}

/** While renames are pending, a conversation counts for the tag that it shows. */
function withShownCount (db: Db, userNo: number, tag: Tag): Tag {
  const names = cachedTagNames(db, userNo)
  if (names.size === 0) return tag
  return { ...tag, count: statements(db).count.get({ userNo, names: JSON.stringify(storedNames(names, tag.tag)) }) ?? 0 }
}

/** A tag as it goes over the wire. */
export function viewTag ({ pk, description, createdAt, updatedAt, ...tag }: Tag, userId: string) {
  return {
    _id: String(pk),
    user: userId,
    ...tag,
    ...(description !== null && { description }),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString()
  }
}
