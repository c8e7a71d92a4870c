import { and, asc, between, eq, gt, lte, max, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { conversationKeys } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { conversations, importOrigins, partitions } from '../db/schema.js'
import { defineCommand } from '../writer/command.js'
import { changePartition, createPartition, livePartitions, moveConversation } from './partitions.js'
import { requireConversationForWrite, requireKeyForWrite } from './find.js'
import { storeTitle } from './store-title.js'
import { cleanTitle } from './title.js'
import { assertVersion, versionOf } from './version.js'
import { type WholeConversation, wholeConversation } from './view.js'

const { placeholder } = sql
const isConversation = eq(conversations.pk, placeholder('pk'))

const statements = prepared((db: Db) => ({
  archive: db.update(conversations).set({
    isArchived: 1, archivedAt: sql`coalesce(${conversations.archivedAt}, ${placeholder('now')})`
  }).where(isConversation).prepare(),
  unarchive: db.update(conversations).set({ isArchived: 0, archivedAt: null }).where(isConversation).prepare(),
  pin: db.update(conversations).set({ pinned: sql`${placeholder('pinned')}` }).where(isConversation).prepare(),
  nextKeys: db.select({ pk: conversations.pk, isArchived: conversations.isArchived, isLive: sql<number>`${partitions.state} = 'live'` })
    .from(conversations).innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .where(and(gt(conversations.pk, placeholder('after')), lte(conversations.pk, placeholder('last'))))
    .orderBy(asc(conversations.pk)).limit(placeholder('limit')).prepare(),
  lastKey: db.select({ pk: max(conversations.pk) }).from(conversations)
    .where(between(conversations.pk, placeholder('first'), placeholder('last'))).prepare(),
  // A title that was replaced must not stay anywhere.
  forgetImportedTitle: db.update(importOrigins).set({ title: null }).where(eq(importOrigins.conversationPk, placeholder('pk'))).prepare(),
  size: db.select({ conversations: partitions.conversations, messages: partitions.messages })
    .from(partitions).where(eq(partitions.no, placeholder('no'))).prepare()
}))

function assertUnchanged (db: Db, pk: number, ifMatch: string[] | undefined) {
  if (ifMatch) assertVersion(versionOf(wholeConversation(db, pk)), ifMatch)
}

/** Conversations that one step of archiving looks at. */
const STEP_CONVERSATIONS = 200

/** How many conversations and messages a command removed. */
export interface Removal { conversations: number, messages: number }

interface OfConversation { userNo: number, conversationId: string }

/** A change that can be for certain versions only (`version.ts`). */
interface Change extends OfConversation { ifMatch?: string[] | undefined }

/**
 * Gives a conversation another title.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, PRECONDITION_FAILED.
 */
export const renameConversation = defineCommand({
  name: 'renameConversation',
  kind: 'short',
  run (db, input: Change & { title: string, now: number }): WholeConversation {
    const conversation = requireConversationForWrite(db, input.userNo, input.conversationId)
    assertUnchanged(db, conversation.pk, input.ifMatch)
    storeTitle(db, conversation, cleanTitle(input.title), input.now)
    statements(db).forgetImportedTitle.run({ pk: conversation.pk })
    return wholeConversation(db, conversation.pk)
  }
})

/**
 * Archives a conversation, or takes it out of the archive. One that is archived already keeps the time of that.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, PRECONDITION_FAILED.
 */
export const archiveConversation = defineCommand({
  name: 'archiveConversation',
  kind: 'short',
  run (db, input: Change & { isArchived: boolean, now: number }): WholeConversation {
    const pk = requireKeyForWrite(db, input.userNo, input.conversationId)
    assertUnchanged(db, pk, input.ifMatch)
    if (input.isArchived) statements(db).archive.run({ pk, now: input.now })
    else statements(db).unarchive.run({ pk })
    return wholeConversation(db, pk)
  }
})

/**
 * Pins a conversation, or unpins it.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, PRECONDITION_FAILED.
 */
export const pinConversation = defineCommand({
  name: 'pinConversation',
  kind: 'short',
  run (db, input: Change & { pinned: boolean }): WholeConversation {
    const pk = requireKeyForWrite(db, input.userNo, input.conversationId)
    assertUnchanged(db, pk, input.ifMatch)
    statements(db).pin.run({ pk, pinned: Number(input.pinned) })
    return wholeConversation(db, pk)
  }
})

/**
 * Archives every conversation that a user has when it starts. It visits each once, in the order of the keys. What is created
 * or unarchived behind it stays as it is.
 */
export const archiveAllConversations = defineCommand({
  name: 'archiveAllConversations',
  kind: 'bulk',
  lane: ({ userNo }: { userNo: number, now: number }) => `archive ${userNo}`,
  * run (db, { userNo, now }: { userNo: number, now: number }): Generator<void, { archivedCount: number }, void> {
    const { archive, lastKey, nextKeys } = statements(db)
    const [first, end] = conversationKeys(userNo)
    const last = lastKey.get({ first, last: end })?.pk ?? first
    let archivedCount = 0
    for (let after = first; after < last;) {
      const visited = nextKeys.all({ after, last, limit: STEP_CONVERSATIONS })
      for (const { pk, isArchived, isLive } of visited) {
        if (isLive && !isArchived) archivedCount += archive.run({ pk, now }).changes
      }
      after = visited.at(-1)?.pk ?? last
      yield
    }
    return { archivedCount }
  }
})

/**
 * Hides a conversation at once. `sweepDeleted` removes its rows later.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN.
 */
export const deleteConversation = defineCommand({
  name: 'deleteConversation',
  kind: 'short',
  grows: false,
  run (db, input: OfConversation & { now: number }): Removal {
    const { pk, messageCount } = requireConversationForWrite(db, input.userNo, input.conversationId)
    moveConversation(db, pk, createPartition(db, input.userNo, 'dropped', input.now))
    return { conversations: 1, messages: messageCount }
  }
})

/** Hides every conversation of a user at once. `sweepDeleted` removes their rows later. */
export const deleteAllConversations = defineCommand({
  name: 'deleteAllConversations',
  kind: 'short',
  grows: false,
  run (db, { userNo }: { userNo: number }): Removal {
    return dropAll(db, userNo)
  }
})

/** Hides all conversations of a user at once. Returns how many there were. */
export function dropAll (db: Db, userNo: number): Removal {
  const removed = { conversations: 0, messages: 0 }
  for (const no of livePartitions(db, userNo)) {
    const size = statements(db).size.get({ no })
    removed.conversations += size?.conversations ?? 0
    removed.messages += size?.messages ?? 0
    changePartition(db, no, 'dropped')
  }
  return removed
}

/** Commands that change or remove whole conversations. */
export const conversationCommands = [renameConversation, archiveConversation, pinConversation, archiveAllConversations, deleteConversation, deleteAllConversations]
