import { storedNames, tagNames } from '../conversations/tag-names.js'
import { spelledTags, tagSpellings } from '../conversations/tag-spelling.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { MAX_TAGS_PER_CONVERSATION } from './schemas.js'

/** Tags of one account. Moving or deleting a tag changes the positions of all later ones in one short command. */
export const MAX_TAGS_PER_ACCOUNT = 1000

const statements = prepared(({ $client: sqlite }: Db) => ({
  insert: sqlite.prepare<[{ userNo: number, tag: string, description: string | null, position: number, now: number }]>(
    `INSERT INTO tags (user_no, tag, description, position, created_at, updated_at)
     VALUES (:userNo, :tag, :description, :position, :now, :now)`),
  size: sqlite.prepare<[number], { count: number, last: number }>(
    'SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM tags WHERE user_no = ?'),
  exists: sqlite.prepare<[{ userNo: number, tag: string }], number>(
    'SELECT EXISTS (SELECT 1 FROM tags WHERE user_no = :userNo AND tag = :tag)').pluck(),
  nextRename: sqlite.prepare<[], number>('SELECT coalesce(max(pk), 0) + 1 FROM tag_renames').pluck(),
  addRename: sqlite.prepare<[{ userNo: number, from: string, to: string | null }]>(
    'INSERT INTO tag_renames (user_no, from_tag, to_tag) VALUES (:userNo, :from, :to)'),
  tagConversation: sqlite.prepare<[string, number]>('UPDATE conversations SET tags = ? WHERE pk = ?')
}))

/** Properties of new tags. */
export interface NewTags { description: string | null, now: number }

/**
 * Returns names in the spelling of the user's tags, without duplicates. Reads all names only if one of these has no tag
 * yet.
 */
export function spelled (db: Db, userNo: number, names: string[]): string[] {
  return isMissingAny(db, userNo, names) ? spelledTags(tagSpellings(db, userNo), names) : [...new Set(names)]
}

/**
 * Creates the missing tags among these names, at the end of the user's order.
 * @throws {DomainError} LIMIT_REACHED beyond `MAX_TAGS_PER_ACCOUNT`.
 */
export function ensureTags (db: Db, userNo: number, names: string[], { description, now }: NewTags) {
  const added = missingTags(db, userNo, names)
  if (added.length === 0) return
  const { count, last } = size(db, userNo)
  if (count + added.length > MAX_TAGS_PER_ACCOUNT) throw new DomainError('LIMIT_REACHED', `You have ${MAX_TAGS_PER_ACCOUNT} tags; delete some first`)
  for (const [index, tag] of added.entries()) statements(db).insert.run({ userNo, tag, description, position: last + 1 + index, now })
}

/** Returns how many more tags a user can have. */
export function roomForTags (db: Db, userNo: number): number {
  return Math.max(0, MAX_TAGS_PER_ACCOUNT - size(db, userNo).count)
}

/** Returns the names for which the user has no tag yet. */
export function missingTags (db: Db, userNo: number, names: string[]): string[] {
  return names.filter((tag) => !statements(db).exists.get({ userNo, tag }))
}

/**
 * Stores the tags of a conversation.
 * @throws {DomainError} LIMIT_REACHED for more than `MAX_TAGS_PER_CONVERSATION`.
 */
export function storeTags (db: Db, userNo: number, pk: number, tags: string[]) {
  const distinct = [...new Set(tags)]
  if (distinct.length > MAX_TAGS_PER_CONVERSATION) {
    throw new DomainError('LIMIT_REACHED', `A conversation has at most ${MAX_TAGS_PER_CONVERSATION} tags`, 'tag')
  }
  statements(db).tagConversation.run(JSON.stringify(distinct.map((tag) => storedName(db, userNo, tag))), pk)
}

/**
 * Returns the name to store so that it shows as `tag` while renames are pending. Usually this is `tag`. If a pending
 * rename would change it, this stores a placeholder that cannot be typed, with a rename from the placeholder to `tag`.
 */
export function storedName (db: Db, userNo: number, tag: string): string {
  const [stored] = storedNames(tagNames(db, userNo), tag)
  if (stored !== undefined) return stored
  const placeholder = `\u0001${statements(db).nextRename.get()}`
  addRename(db, { userNo, from: placeholder, to: tag })
  return placeholder
}

/** Adds a pending rename, or a removal if `to` is null. */
export function addRename (db: Db, rename: { userNo: number, from: string, to: string | null }) {
  statements(db).addRename.run(rename)
}

function isMissingAny (db: Db, userNo: number, names: string[]): boolean {
  return names.some((tag) => !statements(db).exists.get({ userNo, tag }))
}

function size (db: Db, userNo: number) {
  return statements(db).size.get(userNo) ?? { count: 0, last: 0 }
}
