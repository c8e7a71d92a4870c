import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversations, partitions, users } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { cachedUntilCommit } from '../db/cached-until-commit.js'

const { placeholder } = sql

const statements = prepared((db: Db) => ({
  live: db.select({ no: partitions.no }).from(partitions)
    .where(and(eq(partitions.userNo, placeholder('userNo')), eq(partitions.state, 'live'))).orderBy(asc(partitions.no)).prepare(),
  account: db.select({ no: users.no }).from(users).where(and(eq(users.no, placeholder('userNo')), isNull(users.deletedAt))).prepare(),
  create: db.insert(partitions)
    .values({ userNo: placeholder('userNo'), state: placeholder('state'), createdAt: placeholder('now') })
    .returning({ no: partitions.no }).prepare(),
  discardUnfinished: db.update(partitions).set({ state: 'discarded' })
    .where(and(eq(partitions.userNo, placeholder('userNo')), inArray(partitions.state, ['staged', 'publishing']))).prepare(),
  changeState: db.update(partitions).set({ state: sql`${placeholder('state')}` }).where(eq(partitions.no, placeholder('no'))).prepare(),
  state: db.select({ state: partitions.state }).from(partitions).where(eq(partitions.no, placeholder('no'))).prepare(),
  remove: db.delete(partitions).where(eq(partitions.no, placeholder('no'))).prepare(),
  move: db.update(conversations).set({ partitionNo: sql`${placeholder('no')}` }).where(eq(conversations.pk, placeholder('pk'))).prepare(),
  // Raw SQL: an UPDATE has no LIMIT in Drizzle.
  moveSome: db.$client.prepare<[{ from: number, to: number, limit: number }]>(
    `UPDATE conversations SET partition_no = :to WHERE pk IN (
       SELECT pk FROM conversations WHERE partition_no = :from LIMIT :limit + 0)`)
}))

/** The states are described at the table. */
export type PartitionState = typeof partitions.$inferSelect['state']

/** Returns the numbers of a user's live partitions. The first is their home. */
export function livePartitions (db: Db, userNo: number): number[] {
  return statements(db).live.all({ userNo }).map(({ no }) => no)
}

/** The same, cached until the next commit. */
export const cachedLivePartitions = cachedUntilCommit(livePartitions)

/**
 * Creates an empty partition. Returns its number.
 * @throws {DomainError} UNAUTHENTICATED when the account was deleted after the request was authenticated.
 */
export function createPartition (db: Db, userNo: number, state: PartitionState, now: number): number {
  if (!statements(db).account.get({ userNo })) throw new DomainError('UNAUTHENTICATED', 'This account is gone')
  return statements(db).create.get({ userNo, state, now }).no
}

/**
 * Returns the number of the partition for new conversations. Creates it on first use.
 * @throws {DomainError} what `createPartition` throws.
 */
export function homePartition (db: Db, userNo: number, now: number): number {
  return livePartitions(db, userNo)[0] ?? createPartition(db, userNo, 'live', now)
}

/** Shows or hides all conversations of a partition at once. */
export function changePartition (db: Db, no: number, state: PartitionState) {
  statements(db).changeState.run({ no, state })
}

/** Whether a partition belongs to an import or copy that is under way and was not given up. */
export function isStaged (db: Db, no: number): boolean {
  return statements(db).state.get({ no })?.state === 'staged'
}

/** Gives up all imports and copies of a user that are under way, also those that are being published. */
export function discardUnfinished (db: Db, userNo: number) {
  statements(db).discardUnfinished.run({ userNo })
}

/** Removes a partition that has no conversations. */
export function removePartition (db: Db, no: number) {
  statements(db).remove.run({ no })
}

/** Moves a conversation to another partition. */
export function moveConversation (db: Db, pk: number, partitionNo: number) {
  statements(db).move.run({ pk, no: partitionNo })
}

/** Moves up to `limit` conversations of a partition to another. Returns how many there were. */
export function moveConversations (db: Db, from: number, to: number, limit: number): number {
  return statements(db).moveSome.run({ from, to, limit }).changes
}
