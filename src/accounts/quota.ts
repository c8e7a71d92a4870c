import type { Db } from '../db/connection.js'
import { DomainError } from '../errors.js'
import { reservedUsageOf, type Usage } from './usage.js'

/** Limits of one account. 0 means unlimited. */
export interface Quota { maxConversations: number, maxBytes: number }

/** The usage that a request adds. */
export type Addition = Partial<Usage>

/**
 * Checks that an account has room for an addition. Running imports count, so that several at once share the room.
 * @throws {DomainError} QUOTA_REACHED for bytes, LIMIT_REACHED for conversations. The message contains the current
 * usage.
 */
export function assertRoom (db: Db, userNo: number, { maxConversations, maxBytes }: Quota, { conversations = 0, bytes = 0 }: Addition) {
  if (maxConversations === 0 && maxBytes === 0) return
  const taken = reservedUsageOf(db, userNo)
  if (maxBytes > 0 && taken.bytes + bytes > maxBytes) {
    throw new DomainError('QUOTA_REACHED', `Your messages take up ${taken.bytes} of ${maxBytes} bytes; this does not fit`)
  }
  if (maxConversations > 0 && taken.conversations + conversations > maxConversations) {
    throw new DomainError('LIMIT_REACHED', `You have ${taken.conversations} of ${maxConversations} conversations; this does not fit`)
  }
}

/** Returns the free bytes of an account's quota for messages. Infinity without a limit. */
export function roomBytes (db: Db, userNo: number, { maxBytes }: Quota): number {
  return maxBytes === 0 ? Infinity : Math.max(0, maxBytes - reservedUsageOf(db, userNo).bytes)
}
