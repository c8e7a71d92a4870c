import type { Db } from '../db/connection.js'
import { DomainError } from '../errors.js'
import { reservedUsageOf, type Usage } from './usage.js'

/** What one account may take up; 0 sets no limit. */
export interface Quota { maxConversations: number, maxBytes: number }

/** What a request is about to add. */
export type Addition = Partial<Usage>

/**
 * Makes sure that an account has room for what is about to be added. Imports under way count, so several at once do not
 * each get the whole room.
 * @throws {DomainError} QUOTA_REACHED for bytes, LIMIT_REACHED for conversations; the message says how much is taken up.
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

/** Bytes of messages that an account has room for; Infinity when nothing limits it. */
export function roomBytes (db: Db, userNo: number, { maxBytes }: Quota): number {
  return maxBytes === 0 ? Infinity : Math.max(0, maxBytes - reservedUsageOf(db, userNo).bytes)
}
