import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { defineCommand } from '../writer/command.js'
import { changePartition, createPartition, livePartitions, moveConversation } from './partitions.js'
import { requireConversationForWrite, requireKeyForWrite } from './find.js'
import { storeTitle } from './store-title.js'
import { cleanTitle } from './title.js'
import { type WholeConversation, wholeConversation } from './view.js'

const statements = prepared(({ $client: sqlite }: Db) => ({
  archive: sqlite.prepare<[number, number]>('UPDATE conversations SET is_archived = ? WHERE pk = ?'),
  pin: sqlite.prepare<[number, number]>('UPDATE conversations SET pinned = ? WHERE pk = ?'),
  archiveSome: sqlite.prepare<[number, number]>(
    `UPDATE conversations SET is_archived = 1 WHERE pk IN (
       SELECT pk FROM conversations WHERE partition_no = ? AND is_archived = 0 LIMIT ? + 0)`),
  size: sqlite.prepare<[number], { conversations: number, messages: number }>(
    'SELECT count(*) AS conversations, coalesce(sum(message_count), 0) AS messages FROM conversations WHERE partition_no = ?')
}))

/** Conversations that one step of archiving changes. */
const ARCHIVED_AT_ONCE = 200

/** How much a command removed. */
export interface Removal { conversations: number, messages: number }

interface OfConversation { userNo: number, conversationId: string }

/**
 * Gives a conversation another title.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN.
 */
export const renameConversation = defineCommand({
  name: 'renameConversation',
  kind: 'short',
  run (db, input: OfConversation & { title: string, now: number }): WholeConversation {
    const conversation = requireConversationForWrite(db, input.userNo, input.conversationId)
    storeTitle(db, conversation, cleanTitle(input.title), input.now)
    return wholeConversation(db, conversation.pk)
  }
})

/**
 * Archives a conversation, or takes it out of the archive.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN.
 */
export const archiveConversation = defineCommand({
  name: 'archiveConversation',
  kind: 'short',
  run (db, input: OfConversation & { isArchived: boolean }): WholeConversation {
    const pk = requireKeyForWrite(db, input.userNo, input.conversationId)
    statements(db).archive.run(Number(input.isArchived), pk)
    return wholeConversation(db, pk)
  }
})

/**
 * Pins a conversation, or unpins it.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN.
 */
export const pinConversation = defineCommand({
  name: 'pinConversation',
  kind: 'short',
  run (db, input: OfConversation & { pinned: boolean }): WholeConversation {
    const pk = requireKeyForWrite(db, input.userNo, input.conversationId)
    statements(db).pin.run(Number(input.pinned), pk)
    return wholeConversation(db, pk)
  }
})

/** Until nothing is left, since housekeeping can move conversations between a user's partitions meanwhile. */
export const archiveAllConversations = defineCommand({
  name: 'archiveAllConversations',
  kind: 'bulk',
  lane: ({ userNo }: { userNo: number }) => `archive ${userNo}`,
  * run (db, { userNo }: { userNo: number }): Generator<void, { archivedCount: number }, void> {
    for (let archivedCount = 0; ;) {
      let changes = 0
      for (const no of livePartitions(db, userNo)) changes += statements(db).archiveSome.run(no, ARCHIVED_AT_ONCE).changes
      if (changes === 0) return { archivedCount }
      archivedCount += changes
      yield
    }
  }
})

/**
 * Hides a conversation at once; its rows are swept later (`sweep.ts`).
 * @throws {DomainError} NOT_FOUND, FORBIDDEN.
 */
export const deleteConversation = defineCommand({
  name: 'deleteConversation',
  kind: 'short',
  run (db, input: OfConversation & { now: number }): Removal {
    const { pk, messageCount } = requireConversationForWrite(db, input.userNo, input.conversationId)
    moveConversation(db, pk, createPartition(db, input.userNo, 'dropped', input.now))
    return { conversations: 1, messages: messageCount }
  }
})

/** Hides every conversation of a user at once; their rows are swept later (`sweep.ts`). */
export const deleteAllConversations = defineCommand({
  name: 'deleteAllConversations',
  kind: 'short',
  run (db, { userNo }: { userNo: number }): Removal {
    return dropAll(db, userNo)
  }
})

/** Hides everything a user has, at once. */
export function dropAll (db: Db, userNo: number): Removal {
  const removed = { conversations: 0, messages: 0 }
  for (const no of livePartitions(db, userNo)) {
    const size = statements(db).size.get(no)
    removed.conversations += size?.conversations ?? 0
    removed.messages += size?.messages ?? 0
    changePartition(db, no, 'dropped')
  }
  return removed
}

/** Commands that change or remove whole conversations; none of them creates one. */
export const conversationCommands = [renameConversation, archiveConversation, pinConversation, archiveAllConversations, deleteConversation, deleteAllConversations]
