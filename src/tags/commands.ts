import { livePartitions } from '../conversations/partitions.js'
import { requireConversationForWrite, requireKeyForWrite } from '../conversations/find.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { DomainError } from '../errors.js'
import { defineCommand } from '../writer/command.js'
import { findTag, type Tag } from './queries.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  insert: sqlite.prepare<[{ userNo: number, tag: string, description: string | null, now: number }]>(
    `INSERT INTO tags (user_no, tag, description, position, created_at, updated_at)
     VALUES (:userNo, :tag, :description, (SELECT coalesce(max(position), 0) + 1 FROM tags WHERE user_no = :userNo), :now, :now)`),
  describe: sqlite.prepare<[{ pk: number, tag: string, description: string | null, now: number }]>(
    'UPDATE tags SET tag = :tag, description = :description, updated_at = max(:now, updated_at + 1) WHERE pk = :pk'),
  moveDown: sqlite.prepare<[{ userNo: number, from: number, to: number }]>(
    'UPDATE tags SET position = position - 1 WHERE user_no = :userNo AND position > :from AND position <= :to'),
  moveUp: sqlite.prepare<[{ userNo: number, from: number, to: number }]>(
    'UPDATE tags SET position = position + 1 WHERE user_no = :userNo AND position >= :to AND position < :from'),
  place: sqlite.prepare<[{ pk: number, position: number }]>('UPDATE tags SET position = :position WHERE pk = :pk'),
  last: sqlite.prepare<[number], number>('SELECT coalesce(max(position), 1) FROM tags WHERE user_no = ?').pluck(),
  remove: sqlite.prepare<[number]>('DELETE FROM tags WHERE pk = ?'),
  carriers: sqlite.prepare<[number, string], { pk: number, tags: string }>(
    `SELECT c.pk, c.tags FROM conversation_tags t JOIN conversations c ON c.pk = t.conversation_pk
     WHERE t.partition_no = ? AND t.tag = ?`),
  tagConversation: sqlite.prepare<[string, number]>('UPDATE conversations SET tags = ? WHERE pk = ?'),
  missing: sqlite.prepare<[{ userNo: number, partitionNo: number }], string>(
    `SELECT DISTINCT tag FROM conversation_tags WHERE partition_no = :partitionNo
     EXCEPT SELECT tag FROM tags WHERE user_no = :userNo`).pluck()
}))

interface OfTag { userNo: number, tag: string }

/**
 * Makes a tag, unless it is there already, and puts it on a conversation if one is named.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN for that conversation.
 */
export const createTag = defineCommand({
  name: 'createTag',
  kind: 'short',
  run (db, input: OfTag & { description: string | null, conversationId: string | null, now: number }): Tag {
    const { userNo, tag, conversationId } = input
    if (!findTag(db, userNo, tag)) statements(db).insert.run(input)
    if (conversationId !== null) {
      const { pk, tags } = requireConversationForWrite(db, userNo, conversationId)
      storeTags(db, pk, [...JSON.parse(tags), tag])
    }
    return knownTag(db, userNo, tag)
  }
})

/**
 * Renames, describes or moves a tag; conversations that carry it follow.
 * @throws {DomainError} NOT_FOUND, or CONFLICT when the new name is another tag's.
 */
export const changeTag = defineCommand({
  name: 'changeTag',
  kind: 'short',
  run (db, input: OfTag & { rename?: string, description?: string, position?: number, now: number }): Tag {
    const { userNo, rename = input.tag, position, now } = input
    const tag = knownTag(db, userNo, input.tag)
    if (rename !== tag.tag) {
      if (findTag(db, userNo, rename)) throw new DomainError('CONFLICT', 'There is a tag with this name already', 'tag')
      replaceOnConversations(db, userNo, tag.tag, [rename])
    }
    statements(db).describe.run({ pk: tag.pk, tag: rename, description: input.description ?? tag.description, now })
    if (position !== undefined) moveTag(db, userNo, tag, position)
    return knownTag(db, userNo, rename)
  }
})

/** @throws {DomainError} NOT_FOUND. */
export const deleteTag = defineCommand({
  name: 'deleteTag',
  kind: 'short',
  run (db, { userNo, tag: name }: OfTag): Tag {
    const tag = knownTag(db, userNo, name)
    replaceOnConversations(db, userNo, name, [])
    moveTag(db, userNo, tag, Number.MAX_SAFE_INTEGER)
    statements(db).remove.run(tag.pk)
    return tag
  }
})

/**
 * Replaces the tags of a conversation, making those that are new; answers them without duplicates.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN.
 */
export const setConversationTags = defineCommand({
  name: 'setConversationTags',
  kind: 'short',
  run (db, input: { userNo: number, conversationId: string, tags: string[], now: number }): string[] {
    const { userNo, now } = input
    const pk = requireKeyForWrite(db, userNo, input.conversationId)
    const tags = [...new Set(input.tags)]
    for (const tag of tags) {
      if (!findTag(db, userNo, tag)) statements(db).insert.run({ userNo, tag, description: null, now })
    }
    storeTags(db, pk, tags)
    return tags
  }
})

/** Makes the tags that the conversations of a partition carry and their owner does not have yet. */
export function createMissingTags (db: Db, userNo: number, partitionNo: number, now: number) {
  for (const tag of statements(db).missing.all({ userNo, partitionNo })) {
    statements(db).insert.run({ userNo, tag, description: null, now })
  }
}

function knownTag (db: Db, userNo: number, name: string): Tag {
  const tag = findTag(db, userNo, name)
  if (!tag) throw new DomainError('NOT_FOUND', 'Tag not found')
  return tag
}

function moveTag (db: Db, userNo: number, { pk, position: from }: Tag, wanted: number) {
  const to = Math.min(wanted, statements(db).last.get(userNo) ?? 1)
  const shift = to > from ? statements(db).moveDown : statements(db).moveUp
  shift.run({ userNo, from, to })
  statements(db).place.run({ pk, position: to })
}

function replaceOnConversations (db: Db, userNo: number, tag: string, replacement: string[]) {
  for (const partition of livePartitions(db, userNo)) {
    for (const { pk, tags } of statements(db).carriers.all(partition, tag)) {
      const kept: string[] = JSON.parse(tags)
      storeTags(db, pk, kept.flatMap((name) => name === tag ? replacement : [name]))
    }
  }
}

function storeTags (db: Db, pk: number, tags: string[]) {
  statements(db).tagConversation.run(JSON.stringify([...new Set(tags)]), pk)
}

/** Commands on tags. Which conversations carry a tag is stored with the conversations only. */
export const tagCommands = [createTag, changeTag, deleteTag, setConversationTags]
