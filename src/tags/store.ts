import { and, count, eq, max, sql } from 'drizzle-orm'
import { storedNames, tagNames } from '../conversations/tag-names.js'
import { spelledTags, tagSpellings } from '../conversations/tag-spelling.js'
import type { Db } from '../db/connection.js'
import { preparedInsert } from '../db/prepared-insert.js'
import { prepared } from '../db/prepared.js'
import { conversations, tagRenames, tags } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { MAX_TAGS_PER_CONVERSATION } from './schemas.js'

/** Tags of one account. Moving or deleting a tag changes the positions of all later ones in one short command. */
export const MAX_TAGS_PER_ACCOUNT = 1000

const { placeholder } = sql

const statements = prepared((db: Db) => ({
  insert: preparedInsert(db, tags),
  size: db.select({ count: count(), last: sql<number>`coalesce(${max(tags.position)}, 0)` }).from(tags)
    .where(eq(tags.userNo, placeholder('userNo'))).prepare(),
  one: db.select({ pk: tags.pk }).from(tags).where(and(eq(tags.userNo, placeholder('userNo')), eq(tags.tag, placeholder('tag')))).prepare(),
  lastRename: db.select({ pk: max(tagRenames.pk) }).from(tagRenames).prepare(),
  addRename: preparedInsert(db, tagRenames),
  tagConversation: db.update(conversations).set({ tags: sql`${placeholder('tags')}` }).where(eq(conversations.pk, placeholder('pk'))).prepare()
}))

/** Properties of new tags. */
export interface NewTags { description: string | null, now: number }

/**
 * Returns names in the spelling of the user's tags, without duplicates. Reads all names only if one of these has no tag
 * yet.
 */
export function spelled (db: Db, userNo: number, names: string[]): string[] {
  return names.some((name) => isMissing(db, userNo, name)) ? spelledTags(tagSpellings(db, userNo), names) : [...new Set(names)]
}

/**
 * Creates the missing tags among these names, at the end of the user's order.
 * @throws {DomainError} LIMIT_REACHED beyond `MAX_TAGS_PER_ACCOUNT`.
 */
export function ensureTags (db: Db, userNo: number, names: string[], { description, now }: NewTags) {
  const added = missingTags(db, userNo, names)
  if (added.length === 0) return
  const { count: existing, last } = size(db, userNo)
  if (existing + added.length > MAX_TAGS_PER_ACCOUNT) throw new DomainError('LIMIT_REACHED', `You have ${MAX_TAGS_PER_ACCOUNT} tags; delete some first`)
  for (const [index, tag] of added.entries()) statements(db).insert({ userNo, tag, description, position: last + 1 + index, createdAt: now, updatedAt: now })
}

/** Returns how many more tags a user can have. */
export function roomForTags (db: Db, userNo: number): number {
  return Math.max(0, MAX_TAGS_PER_ACCOUNT - size(db, userNo).count)
}

/** Returns the names for which the user has no tag yet. */
export function missingTags (db: Db, userNo: number, names: string[]): string[] {
  return names.filter((name) => isMissing(db, userNo, name))
}

/**
 * Stores the tags of a conversation.
 * @throws {DomainError} LIMIT_REACHED for more than `MAX_TAGS_PER_CONVERSATION`.
 */
export function storeTags (db: Db, userNo: number, pk: number, names: string[]) {
  const distinct = [...new Set(names)]
  if (distinct.length > MAX_TAGS_PER_CONVERSATION) {
    throw new DomainError('LIMIT_REACHED', `A conversation has at most ${MAX_TAGS_PER_CONVERSATION} tags`, 'tag')
  }
  statements(db).tagConversation.run({ pk, tags: JSON.stringify(distinct.map((tag) => storedName(db, userNo, tag))) })
}

/**
 * Returns the name to store so that it shows as `tag` while renames are pending. Usually this is `tag`. If a pending
 * rename would change it, this stores a placeholder that cannot be typed, with a rename from the placeholder to `tag`.
 */
export function storedName (db: Db, userNo: number, tag: string): string {
  const [stored] = storedNames(tagNames(db, userNo), tag)
  if (stored !== undefined) return stored
  const placeholder = `\u0001${(statements(db).lastRename.get()?.pk ?? 0) + 1}`
  addRename(db, { userNo, from: placeholder, to: tag })
  return placeholder
}

/** Adds a pending rename, or a removal if `to` is null. */
export function addRename (db: Db, rename: { userNo: number, from: string, to: string | null }) {
  statements(db).addRename(rename)
}

function isMissing (db: Db, userNo: number, tag: string): boolean {
  return statements(db).one.get({ userNo, tag }) === undefined
}

function size (db: Db, userNo: number) {
  return statements(db).size.get({ userNo }) ?? { count: 0, last: 0 }
}
