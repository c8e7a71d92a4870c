import { requireAccount } from '../accounts/user-queries.js'
import { requireConversationForWrite, requireKeyForWrite } from '../conversations/find.js'
import { shownTags, storedNames, tagNames } from '../conversations/tag-names.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { applyTagRenames } from './apply-renames.js'
import { findTag, type Tag } from './queries.js'
import { addRename, ensureTags, spelled, storeTags } from './store.js'

// Raw SQL: CROSS JOIN keeps the order of the tables, and the statements compute positions.
const statements = prepared(({ $client: sqlite }: Db) => ({
  describe: sqlite.prepare<[{ pk: number, tag: string, description: string | null, now: number }]>(
    'UPDATE tags SET tag = :tag, description = :description, updated_at = max(:now, updated_at + 1) WHERE pk = :pk'),
  moveDown: sqlite.prepare<[{ userNo: number, from: number, to: number }]>(
    'UPDATE tags SET position = position - 1 WHERE user_no = :userNo AND position > :from AND position <= :to'),
  moveUp: sqlite.prepare<[{ userNo: number, from: number, to: number }]>(
    'UPDATE tags SET position = position + 1 WHERE user_no = :userNo AND position >= :to AND position < :from'),
  place: sqlite.prepare<[{ pk: number, position: number }]>('UPDATE tags SET position = :position WHERE pk = :pk'),
  last: sqlite.prepare<[number], number>('SELECT coalesce(max(position), 1) FROM tags WHERE user_no = ?').pluck(),
  remove: sqlite.prepare<[number]>('DELETE FROM tags WHERE pk = ?'),
  isCarried: sqlite.prepare<[{ userNo: number, names: string }], number>(
    `SELECT EXISTS (SELECT 1 FROM partitions p CROSS JOIN json_each(:names) n
       CROSS JOIN conversation_tags t ON t.partition_no = p.no AND t.tag = n.value
       WHERE p.user_no = :userNo AND p.state IN ('live', 'staged', 'publishing'))`).pluck(),
  pending: sqlite.prepare<[number], number>('SELECT count(*) FROM tag_renames WHERE user_no = ?').pluck()
}))

interface TagKey { userNo: number, tag: string }

/** Pending renames of one user. Each adds one index range to the scan of a list filtered by tag. */
const MAX_PENDING_RENAMES = 20

/*
 * The name of a tag is what `cleanTagName` returns. A name in a request matches the user's tag with the same name or the
 * same `tagKey`.
 */

/**
 * Creates a tag unless it exists, and adds it to the conversation if the input names one.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN for that conversation; LIMIT_REACHED when it has 50 tags or the account has
 * `MAX_TAGS_PER_ACCOUNT`; UNAUTHENTICATED when the account was deleted after the request was authenticated.
 */
export const createTag = defineCommand({
  name: 'createTag',
  kind: 'short',
  run (db, input: TagKey & { description: string | null, conversationId: string | null, now: number }): Tag {
    const { userNo, conversationId } = input
    requireAccount(db, userNo)
    const [tag = input.tag] = spelled(db, userNo, [input.tag])
    ensureTags(db, userNo, [tag], input)
    if (conversationId !== null) {
      const { pk, tags } = requireConversationForWrite(db, userNo, conversationId)
      storeTags(db, userNo, pk, [...shownTags(tagNames(db, userNo), JSON.parse(tags)), tag])
    }
    return requireTag(db, userNo, tag)
  }
})

/**
 * Renames, describes or moves a tag. Its conversations show the new name at once, and `applyTagRenames` rewrites them
 * later. The name of another tag merges the two. The conversations then carry the other tag, which keeps its description
 * and position.
 * @throws {DomainError} NOT_FOUND; BUSY when too many renames wait; UNAUTHENTICATED when the account is gone.
 */
export const changeTag = defineCommand({
  name: 'changeTag',
  kind: 'short',
  run (db, input: TagKey & { rename?: string, description?: string, position?: number, now: number }): Tag {
    const { userNo, position, now } = input
    requireAccount(db, userNo)
    const tag = requireTag(db, userNo, input.tag)
    const { rename = tag.tag } = input
    const other = findTag(db, userNo, rename)
    if (other && other.pk !== tag.pk) {
      removeTag(db, userNo, tag, other.tag)
      return requireTag(db, userNo, other.tag)
    }
    if (rename !== tag.tag) renameOnConversations(db, userNo, tag.tag, rename)
    statements(db).describe.run({ pk: tag.pk, tag: rename, description: input.description ?? tag.description, now })
    if (position !== undefined) moveTag(db, userNo, tag, position)
    return requireTag(db, userNo, rename)
  }
})

/**
 * Deletes a tag. Its conversations stop showing it at once, and `applyTagRenames` rewrites them later.
 * @throws {DomainError} NOT_FOUND; BUSY when too many renames wait; UNAUTHENTICATED when the account is gone.
 */
export const deleteTag = defineCommand({
  name: 'deleteTag',
  kind: 'short',
  grows: false,
  run (db, { userNo, tag: name }: TagKey): Tag {
    requireAccount(db, userNo)
    const tag = requireTag(db, userNo, name)
    removeTag(db, userNo, tag, null)
    return tag
  }
})

/**
 * Replaces the tags of a conversation and creates missing tags. Returns the stored names without duplicates.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN; LIMIT_REACHED beyond `MAX_TAGS_PER_ACCOUNT`.
 */
export const setConversationTags = defineCommand({
  name: 'setConversationTags',
  kind: 'short',
  run (db, input: { userNo: number, conversationId: string, tags: string[], now: number }): string[] {
    const { userNo, now } = input
    const pk = requireKeyForWrite(db, userNo, input.conversationId)
    const tags = spelled(db, userNo, input.tags)
    ensureTags(db, userNo, tags, { description: null, now })
    storeTags(db, userNo, pk, tags)
    return tags
  }
})

function requireTag (db: Db, userNo: number, name: string): Tag {
  const tag = findTag(db, userNo, name)
  if (!tag) throw new DomainError('NOT_FOUND', 'Tag not found')
  return tag
}

/** Removes a tag. Its conversations get `to` instead, or no tag for null. */
function removeTag (db: Db, userNo: number, tag: Tag, to: string | null) {
  renameOnConversations(db, userNo, tag.tag, to)
  moveTag(db, userNo, tag, Number.MAX_SAFE_INTEGER)
  statements(db).remove.run(tag.pk)
}

function moveTag (db: Db, userNo: number, { pk, position: from }: Tag, wanted: number) {
  const to = Math.max(1, Math.min(wanted, statements(db).last.get(userNo) ?? 1))
  const shift = to > from ? statements(db).moveDown : statements(db).moveUp
  shift.run({ userNo, from, to })
  statements(db).place.run({ pk, position: to })
}

/** Records a rename, or a removal if `to` is null. Does nothing if no conversation carries the tag. */
function renameOnConversations (db: Db, userNo: number, from: string, to: string | null) {
  const { isCarried, pending } = statements(db)
  if (!isCarried.get({ userNo, names: JSON.stringify(storedNames(tagNames(db, userNo), from)) })) return
  if ((pending.get(userNo) ?? 0) >= MAX_PENDING_RENAMES) {
    throw new DomainError('BUSY', 'Earlier changes of tags are still under way; try again in a moment')
  }
  addRename(db, { userNo, from, to })
}

/** Commands for tags. Only the conversation stores which tags it has. */
export const tagCommands = [createTag, changeTag, deleteTag, setConversationTags, applyTagRenames]
