import { DomainError } from '../errors.js'
import { directPath, includeBranches, type Link, type Placed, splitAtTarget, targetLevel, wholeTree } from '../messages/tree.js'
import type { DuplicateBody, ForkBody } from './schemas.js'

/** The ways to fork, by every name clients know them under. */
const selections = {
  directPath,
  direct: directPath,
  includeBranches,
  branch: includeBranches,
  targetLevel,
  '': targetLevel
}

/** Which messages a fork takes over. */
export interface Fork {
  /** The message that was chosen. */
  messageId: string
  option: keyof typeof selections
  /** Null, or the message `option` goes by when the copy starts at the level of the chosen one. */
  latestMessageId: string | null
}

/** Which conversation to copy, and how much of it. */
export interface Copying {
  conversationId: string
  /** Null to copy every message. */
  fork: Fork | null
  /** As the client sent it; empty to keep the title of the source. */
  title: string
}

/**
 * A fork as it was asked for.
 * @throws {DomainError} INVALID when it is to start at a level and does not say what to go by then.
 */
export function readFork (body: ForkBody): Copying {
  const { conversationId, messageId, option, splitAtTarget, latestMessageId } = body
  if (splitAtTarget && latestMessageId === undefined) {
    throw new DomainError('INVALID', 'splitAtTarget needs a latestMessageId', 'latestMessageId')
  }
  return {
    conversationId,
    fork: { messageId, option: option ?? 'targetLevel', latestMessageId: splitAtTarget ? latestMessageId ?? null : null },
    title: ''
  }
}

/** A duplicate as it was asked for. */
export function readDuplicate ({ conversationId, title = '' }: DuplicateBody): Copying {
  return { conversationId, fork: null, title }
}

/**
 * The messages a copy takes over, parents first; all of them without a fork.
 * @throws {DomainError} NOT_FOUND for a message that is not there, INVALID when the fork would hold none.
 */
export function selectMessages <T extends Link> (links: readonly T[], fork: Fork | null): Array<Placed<T>> {
  if (!fork) return wholeTree(links)
  const { messageId, option, latestMessageId } = fork
  assertNamed(links, messageId, 'messageId')
  if (latestMessageId === null) return selections[option](links, messageId)
  assertNamed(links, latestMessageId, 'latestMessageId')
  const selected = selections[option]<T>(splitAtTarget(links, messageId), latestMessageId)
  if (selected.length > 0) return selected
  throw new DomainError('INVALID', 'The latest message stands above the one to split at: there is nothing to copy', 'latestMessageId')
}

function assertNamed (links: readonly Link[], messageId: string, field: string) {
  if (!links.some((link) => link.messageId === messageId)) throw new DomainError('NOT_FOUND', 'Message not found', field)
}
