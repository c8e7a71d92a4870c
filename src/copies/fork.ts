import { DomainError } from '../errors.js'
import { directPath, includeBranches, type Link, type Placed, splitAtTarget, targetLevel, wholeTree } from '../messages/tree.js'
import type { DuplicateBody, ForkBody } from './schemas.js'

/** The ways to fork, by every name that LibreChat's clients send. */
const selections = {
  directPath,
  direct: directPath,
  includeBranches,
  branch: includeBranches,
  targetLevel,
  '': targetLevel
}

/** Which messages a fork copies. */
export interface Fork {
  /** The message that the fork starts from. */
  messageId: string
  option: keyof typeof selections
  /** Null, or the message that `option` applies to when the copy starts at the level of `messageId`. */
  latestMessageId: string | null
}

/** A conversation to copy, and which part of it. */
export interface CopyRequest {
  conversationId: string
  /** Null to copy every message. */
  fork: Fork | null
  /** As the client sent it. If empty, the copy keeps the title of the source. */
  title: string
}

/**
 * Returns the copy that a fork request describes.
 * @throws {DomainError} INVALID for `splitAtTarget` without `latestMessageId`.
 */
export function readFork (body: ForkBody): CopyRequest {
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

/** Returns the copy that a duplicate request describes. */
export function readDuplicate ({ conversationId, title = '' }: DuplicateBody): CopyRequest {
  return { conversationId, fork: null, title }
}

/**
 * Returns the messages to copy, parents first. Without a fork it returns all messages.
 * @throws {DomainError} NOT_FOUND for an unknown message, INVALID when the fork would be empty.
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
