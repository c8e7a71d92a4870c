import { requireAccount } from '../accounts/user-queries.js'
import { requireConversationForWrite, requireKeyForWrite } from '../conversations/find.js'
import { shownTags, storedNames, tagNames } from '../conversations/tag-names.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { applyTagRenames } from './apply-renames.js'
import { findTag, type Tag } from './queries.js'
import { MAX_TAGS_PER_CONVERSATION } from './schemas.js'

// Raw SQL: CROSS JOIN keeps the order of the tables, and positions are computed in the statement.
const statements = prepared(({ $client: sqlite }: Db) => ({
  insert: sqlite.prepare<[{ userNo: number, tag: string, description: string | null, position: number, now: number }]>(
    `INSERT INTO tags (user_no, tag, description, position, created_at, updated_at)
     VALUES (:userNo, :tag, :description, :position, :now, :now)`),
  size: sqlite.prepare<[number], { count: number, last: number }>(
    'SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM tags WHERE user_no = ?'),
  describe: sqlite.prepare<[{ pk: number, tag: string, description: string | null, now: number }]>(
    'UPDATE tags SET tag = :tag, description = :description, updated_at = max(:now, updated_at + 1) WHERE pk = :pk'),
  moveDown: sqlite.prepare<[{ userNo: number, from: number, to: number }]>(
    'UPDATE tags SET position = position - 1 WHERE user_no = :userNo AND position > :from AND position <= :to'),
  moveUp: sqlite.prepare<[{ userNo: number, from: number, to: number }]>(
    'UPDATE tags SET position = position + 1 WHERE user_no = :userNo AND position >= :to AND position < :from'),
  place: sqlite.prepare<[{ pk: number, position: number }]>('UPDATE tags SET position = :position WHERE pk = :pk'),
  last: sqlite.prepare<[number], number>('SELECT coalesce(max(position), 1) FROM tags WHERE user_no = ?').pluck(),
  remove: sqlite.prepare<[number]>('DELETE FROM tags WHERE pk = ?'),
  exists: sqlite.prepare<[{ userNo: number, tag: string }], number>(
    'SELECT EXISTS (SELECT 1 FROM tags WHERE user_no = :userNo AND tag = :tag)').pluck(),
  isCarried: sqlite.prepare<[{ userNo: number, names: string }], number>(
    `SELECT EXISTS (SELECT 1 FROM partitions p CROSS JOIN json_each(:names) n
       CROSS JOIN conversation_tags t ON t.partition_no = p.no AND t.tag = n.value
       WHERE p.user_no = :userNo AND p.state IN ('live', 'staged'))`).pluck(),
  nextRename: sqlite.prepare<[], number>('SELECT coalesce(max(pk), 0) + 1 FROM tag_renames').pluck(),
  pending: sqlite.prepare<[number], number>('SELECT count(*) FROM tag_renames WHERE user_no = ?').pluck(),
  addRename: sqlite.prepare<[{ userNo: number, from: string, to: string | null }]>(
    'INSERT INTO tag_renames (user_no, from_tag, to_tag) VALUES (:userNo, :from, :to)'),
  tagConversation: sqlite.prepare<[string, number]>('UPDATE conversations SET tags = ? WHERE pk = ?'),
  nextTag: sqlite.prepare<[{ partitionNo: number, after: string }], string | null>(
    'SELECT min(tag) FROM conversation_tags WHERE partition_no = :partitionNo AND tag > :after').pluck()
}))

interface TagKey { userNo: number, tag: string }

/** Tags of one account. Moving or deleting a tag changes the positions of all behind it, in one short command. */
export const MAX_TAGS_PER_ACCOUNT = 10_000

/** Tags that one step of `createMissingTags` looks at. */
const STEP_TAGS = 100

/** Pending renames of one user. A list filtered by tag reads one more index range for each. */
const MAX_PENDING_RENAMES = 20

/**
 * Creates a tag unless it exists, and adds it to a conversation if one is named.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN for that conversation; LIMIT_REACHED when it has 50 tags or the account has
 * `MAX_TAGS_PER_ACCOUNT`; UNAUTHENTICATED when the account was deleted after the request was authenticated.
 */
export const createTag = defineCommand({
  name: 'createTag',
  kind: 'short',
  run (db, input: TagKey & { description: string | null, conversationId: string | null, now: number }): Tag {
    const { userNo, tag, conversationId } = input
    requireAccount(db, userNo)
    ensureTags(db, userNo, [tag], input)
    if (conversationId !== null) {
      const { pk, tags } = requireConversationForWrite(db, userNo, conversationId)
      storeTags(db, userNo, pk, [...shownTags(tagNames(db, userNo), JSON.parse(tags)), tag])
    }
    return requireTag(db, userNo, tag)
  }
})

/**
 * Renames, describes or moves a tag. Its conversations show the new name at once. `applyTagRenames` rewrites them later.
 * @throws {DomainError} NOT_FOUND; CONFLICT when the new name is another tag's; BUSY when too many renames wait;
 * UNAUTHENTICATED when the account is gone.
 */
export const changeTag = defineCommand({
  name: 'changeTag',
  kind: 'short',
  run (db, input: TagKey & { rename?: string, description?: string, position?: number, now: number }): Tag {
    const { userNo, rename = input.tag, position, now } = input
    requireAccount(db, userNo)
    const tag = requireTag(db, userNo, input.tag)
    if (rename !== tag.tag) {
      if (findTag(db, userNo, rename)) throw new DomainError('CONFLICT', 'There is a tag with this name already', 'tag')
      renameOnConversations(db, userNo, tag.tag, rename)
    }
    statements(db).describe.run({ pk: tag.pk, tag: rename, description: input.description ?? tag.description, now })
    if (position !== undefined) moveTag(db, userNo, tag, position)
    return requireTag(db, userNo, rename)
  }
})

/**
 * Deletes a tag. Its conversations stop showing it at once. `applyTagRenames` rewrites them later.
 * @throws {DomainError} NOT_FOUND; BUSY when too many renames wait; UNAUTHENTICATED when the account is gone.
 */
export const deleteTag = defineCommand({
  name: 'deleteTag',
  kind: 'short',
  grows: false,
  run (db, { userNo, tag: name }: TagKey): Tag {
    requireAccount(db, userNo)
    const tag = requireTag(db, userNo, name)
    renameOnConversations(db, userNo, name, null)
    moveTag(db, userNo, tag, Number.MAX_SAFE_INTEGER)
    statements(db).remove.run(tag.pk)
    return tag
  }
})

/**
 * Replaces the tags of a conversation and creates missing ones. Returns them without duplicates.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN; LIMIT_REACHED beyond `MAX_TAGS_PER_ACCOUNT`.
 */
export const setConversationTags = defineCommand({
  name: 'setConversationTags',
  kind: 'short',
  run (db, input: { userNo: number, conversationId: string, tags: string[], now: number }): string[] {
    const { userNo, now } = input
    const pk = requireKeyForWrite(db, userNo, input.conversationId)
    const tags = [...new Set(input.tags)]
    ensureTags(db, userNo, tags, { description: null, now })
    storeTags(db, userNo, pk, tags)
    return tags
  }
})

/**
 * Creates the tags that conversations of a partition carry and their owner does not have yet, in steps. Beyond
 * `MAX_TAGS_PER_ACCOUNT` it creates none: a conversation shows its tags without them, too.
 */
export function * createMissingTags (db: Db, userNo: number, partitionNo: number, now: number): Generator<void, void, void> {
  const { nextTag, size } = statements(db)
  for (let after = ''; ;) {
    const stored: string[] = []
    for (let tag = nextTag.get({ partitionNo, after }); typeof tag === 'string' && stored.length < STEP_TAGS; tag = nextTag.get({ partitionNo, after })) {
      stored.push(tag)
      after = tag
    }
    const room = MAX_TAGS_PER_ACCOUNT - (size.get(userNo)?.count ?? 0)
    const shown = shownTags(tagNames(db, userNo), stored)
    ensureTags(db, userNo, missing(db, userNo, shown).slice(0, room), { description: null, now })
    if (stored.length < STEP_TAGS) return
    yield
  }
}

/** @throws {DomainError} LIMIT_REACHED beyond `MAX_TAGS_PER_ACCOUNT`. */
function ensureTags (db: Db, userNo: number, names: string[], { description, now }: { description: string | null, now: number }) {
  const added = missing(db, userNo, names)
  if (added.length === 0) return
  const { count, last } = statements(db).size.get(userNo) ?? { count: 0, last: 0 }
  if (count + added.length > MAX_TAGS_PER_ACCOUNT) throw new DomainError('LIMIT_REACHED', `You have ${MAX_TAGS_PER_ACCOUNT} tags; delete some first`)
  for (const [index, tag] of added.entries()) statements(db).insert.run({ userNo, tag, description, position: last + 1 + index, now })
}

function missing (db: Db, userNo: number, names: string[]): string[] {
  return names.filter((tag) => !statements(db).exists.get({ userNo, tag }))
}

function requireTag (db: Db, userNo: number, name: string): Tag {
  const tag = findTag(db, userNo, name)
  if (!tag) throw new DomainError('NOT_FOUND', 'Tag not found')
  return tag
}

function moveTag (db: Db, userNo: number, { pk, position: from }: Tag, wanted: number) {
  const to = Math.max(1, Math.min(wanted, statements(db).last.get(userNo) ?? 1))
  const shift = to > from ? statements(db).moveDown : statements(db).moveUp
  shift.run({ userNo, from, to })
  statements(db).place.run({ pk, position: to })
}

/** Records a rename, or a removal for a null `to`, unless no conversation carries the tag. */
function renameOnConversations (db: Db, userNo: number, from: string, to: string | null) {
  const { isCarried, pending, addRename } = statements(db)
  if (!isCarried.get({ userNo, names: JSON.stringify(storedNames(tagNames(db, userNo), from)) })) return
  if ((pending.get(userNo) ?? 0) >= MAX_PENDING_RENAMES) {
    throw new DomainError('BUSY', 'Earlier changes of tags are still under way; try again in a moment')
  }
  addRename.run({ userNo, from, to })
}

/** @throws {DomainError} LIMIT_REACHED for more than `MAX_TAGS_PER_CONVERSATION`. */
function storeTags (db: Db, userNo: number, pk: number, tags: string[]) {
  const distinct = [...new Set(tags)]
  if (distinct.length > MAX_TAGS_PER_CONVERSATION) {
    throw new DomainError('LIMIT_REACHED', `A conversation has at most ${MAX_TAGS_PER_CONVERSATION} tags`, 'tag')
  }
  statements(db).tagConversation.run(JSON.stringify(distinct.map((tag) => storedName(db, userNo, tag))), pk)
}

/**
 * Returns the name to store so that pending renames show it as `tag`. Usually this is `tag`. If a pending rename would
 * change it, this adds a placeholder that nobody can type, with a rename of its own that leads to `tag`.
 */
function storedName (db: Db, userNo: number, tag: string): string {
  const names = tagNames(db, userNo)
  const [stored] = storedNames(names, tag)
  if (stored !== undefined) return stored
  const placeholder = `\u0001${statements(db).nextRename.get()}`
  statements(db).addRename.run({ userNo, from: placeholder, to: tag })
  return placeholder
}

/** Commands on tags. The tags of a conversation are stored with the conversation only. */
export const tagCommands = [createTag, changeTag, deleteTag, setConversationTags, applyTagRenames]
