import type { Db } from '../db/connection.js'
import { conversationKeys } from '../db/keys.js'
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
  nextKeys: sqlite.prepare<[{ after: number, last: number, limit: number }], { pk: number, isArchived: number, isLive: number }>(
    `SELECT pk, is_archived AS isArchived, state = 'live' AS isLive FROM conversations JOIN partitions ON no = partition_no
     WHERE pk > :after AND pk <= :last ORDER BY pk LIMIT :limit + 0`),
  lastKey: sqlite.prepare<[{ first: number, last: number }], number>(
    'SELECT coalesce(max(pk), :first) FROM conversations WHERE pk BETWEEN :first AND :last').pluck(),
  size: sqlite.prepare<[number], { conversations: number, messages: number }>(
    'SELECT count(*) AS conversations, coalesce(sum(message_count), 0) AS messages FROM conversations WHERE partition_no = ?')
}))

/** Conversations that one step of archiving looks at. */
const STEP_CONVERSATIONS = 200

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

/**
 * Archives every conversation that a user has when it starts. It visits each once, in the order of the keys: so it ends, and
 * leaves alone what is created or unarchived behind it.
 */
export const archiveAllConversations = defineCommand({
  name: 'archiveAllConversations',
  kind: 'bulk',
  lane: ({ userNo }: { userNo: number }) => `archive ${userNo}`,
  * run (db, { userNo }: { userNo: number }): Generator<void, { archivedCount: number }, void> {
    const { archive, lastKey, nextKeys } = statements(db)
    const [first, end] = conversationKeys(userNo)
    const last = lastKey.get({ first, last: end }) ?? first
    let archivedCount = 0
    for (let after = first; after < last;) {
      const visited = nextKeys.all({ after, last, limit: STEP_CONVERSATIONS })
      for (const { pk, isArchived, isLive } of visited) {
        if (isLive && !isArchived) archivedCount += archive.run(1, pk).changes
      }
      after = visited.at(-1)?.pk ?? last
      yield
    }
    return { archivedCount }
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
