import { and, asc, count, eq, inArray, sql } from 'drizzle-orm'
import { cachedTagNames, storedNames } from '../conversations/tag-names.js'
import { cachedTagSpellings, tagKey } from '../conversations/tag-spelling.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversationTags, partitions, tags } from '../db/schema.js'
import { inSnapshot } from '../db/snapshot.js'
import { isoTime } from '../iso-time.js'
import { decodeCursor, encodeCursor, listFingerprint } from '../paging/cursor.js'

const { placeholder } = sql

const columns = {
  pk: tags.pk,
  tag: tags.tag,
  description: tags.description,
  position: tags.position,
  createdAt: tags.createdAt,
  updatedAt: tags.updatedAt
}

/** A tag as stored. */
export type TagRow = Pick<typeof tags.$inferSelect, keyof typeof columns>

/** A tag with the number of conversations that carry it. */
export interface Tag extends TagRow { count: number }

const statements = prepared((db: Db) => {
  const live = db.select({ no: partitions.no }).from(partitions)
    .where(and(eq(partitions.userNo, tags.userNo), eq(partitions.state, 'live')))
  const carriers = db.select({ count: count() }).from(conversationTags)
    .where(and(eq(conversationTags.tag, tags.tag), inArray(conversationTags.partitionNo, live)))
  const withCount = { ...columns, count: sql<number>`${carriers}` }
  const ofUser = eq(tags.userNo, placeholder('userNo'))
  return {
    all: db.select(withCount).from(tags).where(ofUser).orderBy(asc(tags.position), asc(tags.pk)).prepare(),
    page: db.select(withCount).from(tags)
      .where(and(ofUser, sql`(${tags.position}, ${tags.pk}) > (${placeholder('key')}, ${placeholder('pk')})`))
      .orderBy(asc(tags.position), asc(tags.pk)).limit(placeholder('limit')).prepare(),
    one: db.select(withCount).from(tags).where(and(ofUser, eq(tags.tag, placeholder('tag')))).prepare(),
    // Raw SQL: CROSS JOIN keeps the order of the tables, and json_each takes a list of any length.
    count: db.$client.prepare<[{ userNo: number, names: string }], number>(
      `SELECT count(DISTINCT ct.conversation_pk) FROM partitions p
       CROSS JOIN conversation_tags ct ON ct.partition_no = p.no AND ct.tag IN (SELECT value FROM json_each(:names))
       WHERE p.user_no = :userNo AND p.state = 'live'`).pluck()
  }
})

/** Returns a user's tags by position. */
export function listTags (db: Db, userNo: number): Tag[] {
  return inSnapshot(db, () => statements(db).all.all({ userNo }).map((tag) => withShownCount(db, userNo, tag)))
}

/** The position of a page of tags, and its size. */
export interface TagPageQuery { limit: number, cursor?: string | undefined }

/**
 * Returns a page of a user's tags by position. `nextCursor` is null on the last page.
 * @throws {DomainError} INVALID_CURSOR.
 */
export function pageOfTags (db: Db, userNo: number, { limit, cursor }: TagPageQuery): { tags: Tag[], nextCursor: string | null } {
  const fingerprint = listFingerprint('tags', userNo)
  const after = cursor === undefined ? { key: 0, pk: 0 } : decodeCursor(cursor, fingerprint, 'number')
  return inSnapshot(db, () => {
    const found = statements(db).page.all({ userNo, ...after, limit: limit + 1 })
    const page = found.slice(0, limit)
    const last = page.at(-1)
    const nextCursor = found.length > limit && last ? encodeCursor(fingerprint, { key: last.position, pk: last.pk }) : null
    return { tags: page.map((tag) => withShownCount(db, userNo, tag)), nextCursor }
  })
}

/** Returns the user's tag with this name or the same `tagKey`, or undefined. */
export function findTag (db: Db, userNo: number, name: string): Tag | undefined {
  return inSnapshot(db, () => {
    const { one } = statements(db)
    const found = one.get({ userNo, tag: name }) ?? one.get({ userNo, tag: cachedTagSpellings(db, userNo).byKey.get(tagKey(name)) ?? name })
    return found && withShownCount(db, userNo, found)
  })
}

/** Counts conversations by the tags they show. While renames are pending, these differ from the stored tags. */
function withShownCount (db: Db, userNo: number, tag: Tag): Tag {
  const names = cachedTagNames(db, userNo)
  if (names.size === 0) return tag
  return { ...tag, count: statements(db).count.get({ userNo, names: JSON.stringify(storedNames(names, tag.tag)) }) ?? 0 }
}

/** Returns a tag in its wire shape. `userId` is the id of its owner. */
export function viewTag ({ pk, description, createdAt, updatedAt, ...tag }: Tag, userId: string) {
  return {
    _id: String(pk),
    user: userId,
    ...tag,
    ...(description !== null && { description }),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt)
  }
}
