import { and, asc, eq, isNotNull, notExists, sql } from 'drizzle-orm'
import { dropAll, type Removal } from '../conversations/commands.js'
import { discardUnfinished } from '../conversations/partitions.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { apiKeys, importOrigins, partitions, passwordLinks, refreshTokens, sessions, tagRenames, tags, users } from '../db/schema.js'
import { defineCommand } from '../writer/command.js'
import { isPresent } from './user-queries.js'
import { assertOtherAdmin } from './user-commands.js'

/*
 * An account is deleted in two parts. A short command hides the account and all its data at once. The sweep then removes
 * the rows in bounded steps: first those of the conversations (`conversations/sweep.ts`), then the tables below, the
 * account last. The remaining work is read from the database, so a stop or a crash loses nothing.
 */

/** Rows that one step of the sweep removes. */
const STEP_ROWS = 500

const no = sql.placeholder('no')

/** Every table with a user column except `partitions`, whose rows are removed with their conversations. */
const ownedTables = [sessions, apiKeys, passwordLinks, tags, tagRenames, importOrigins]

const statements = prepared((db: Db) => ({
  hide: db.update(users).set({ deletedAt: sql`${sql.placeholder('now')}`, email: null, username: '', name: '', passwordHash: null })
    .where(and(eq(users.no, no), isPresent)).prepare(),
  // A remaining partition has conversations, whose keys contain this user's number.
  nextDeleted: db.select({ no: users.no }).from(users)
    .where(and(isNotNull(users.deletedAt), notExists(db.select().from(partitions).where(eq(partitions.userNo, users.no)))))
    .orderBy(asc(users.no)).limit(1).prepare(),
  steps: [
    // Before the sessions, because their foreign key would remove any number of tokens with one session.
    db.delete(refreshTokens).where(sql`${refreshTokens.sessionId} IN (SELECT id FROM sessions WHERE user_no = ${no})`).limit(STEP_ROWS).prepare(),
    ...ownedTables.map((table) => db.delete(table).where(eq(table.userNo, no)).limit(STEP_ROWS).prepare())
  ],
  remove: db.delete(users).where(eq(users.no, no)).prepare()
}))

/**
 * Deletes an account and all its data. From this commit on the account is not found, its e-mail address and id are free,
 * and pending commands for it are refused. `sweepAccounts` removes the rows. Does nothing to a deleted account.
 * @throws {DomainError} CONFLICT when `mustLeaveAdmin` is set and no administrator would be left.
 */
export const deleteAccount = defineCommand({
  name: 'deleteAccount',
  kind: 'short',
  grows: false,
  run (db, { userNo, now, mustLeaveAdmin = false }: { userNo: number, now: number, mustLeaveAdmin?: boolean }): Removal {
    if (mustLeaveAdmin) assertOtherAdmin(db, userNo)
    const removed = dropAll(db, userNo)
    discardUnfinished(db, userNo)
    statements(db).hide.run({ no: userNo, now })
    return removed
  }
})

/** Removes the rows of deleted accounts whose conversations `sweepDeleted` has removed. */
export const sweepAccounts = defineCommand({
  name: 'sweepAccounts',
  kind: 'bulk',
  grows: false,
  lane: () => 'sweep',
  * run (db): Generator<void, void, void> {
    const { nextDeleted, steps, remove } = statements(db)
    for (let deleted = nextDeleted.get(); deleted; deleted = nextDeleted.get()) {
      for (const step of steps) {
        while (step.run(deleted).changes > 0) yield
      }
      remove.run(deleted)
      yield
    }
  }
})

/** Commands that delete accounts. */
export const deletionCommands = [deleteAccount, sweepAccounts]
