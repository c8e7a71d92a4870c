import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { apiKeys } from '../db/schema.js'
import { DomainError } from '../errors.js'
import type { Scope } from '../scopes.js'
import { defineCommand } from '../writer/command.js'
import { countKeys } from './key-queries.js'
import { requireAccount } from './user-queries.js'

/** Keys that one account can have. */
export const MAX_KEYS = 100

const { placeholder } = sql

const statements = prepared((db: Db) => ({
  insert: db.insert(apiKeys).values({
    id: placeholder('id'),
    userNo: placeholder('userNo'),
    name: placeholder('name'),
    hash: placeholder('hash'),
    lastFour: placeholder('lastFour'),
    scopes: placeholder('scopes'),
    createdAt: placeholder('now'),
    expiresAt: placeholder('expiresAt')
  }).prepare(),
  touch: db.update(apiKeys).set({ lastUsedAt: sql`${placeholder('now')}` }).where(eq(apiKeys.id, placeholder('id'))).prepare(),
  remove: db.delete(apiKeys).where(and(eq(apiKeys.id, placeholder('id')), eq(apiKeys.userNo, placeholder('userNo')))).prepare()
}))

/** A new key. Only its `secretHash` is stored. Times are milliseconds since 1970. */
export interface NewKey {
  id: string
  userNo: number
  name: string
  hash: string
  lastFour: string
  scopes: Scope[]
  expiresAt: number | null
  now: number
}

/**
 * Stores a key.
 * @throws {DomainError} LIMIT_REACHED after `MAX_KEYS`, FORBIDDEN when a user asks for the scope `admin`.
 */
export const createKey = defineCommand({
  name: 'createKey',
  kind: 'short',
  run (db, key: NewKey) {
    const account = requireAccount(db, key.userNo)
    if (key.scopes.includes('admin') && account.role !== 'ADMIN') {
      throw new DomainError('FORBIDDEN', 'Only administrators can make keys with the scope admin', 'scopes')
    }
    if (countKeys(db, key.userNo) >= MAX_KEYS) throw new DomainError('LIMIT_REACHED', `You have ${MAX_KEYS} keys; delete one first`)
    statements(db).insert.run({ ...key })
  }
})

/** Stores the time of a key's last use. */
export const touchKey = defineCommand({
  name: 'touchKey',
  kind: 'short',
  run (db, use: { id: string, now: number }) {
    statements(db).touch.run(use)
  }
})

/**
 * Deletes a key of a user.
 * @throws {DomainError} NOT_FOUND when the user has no such key.
 */
export const deleteKey = defineCommand({
  name: 'deleteKey',
  kind: 'short',
  grows: false,
  run (db, own: { userNo: number, id: string }) {
    if (statements(db).remove.run(own).changes === 0) throw new DomainError('NOT_FOUND', 'Key not found')
  }
})

/** Commands about API keys. */
export const keyCommands = [createKey, touchKey, deleteKey]
