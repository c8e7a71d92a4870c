import { DomainError } from '../errors.js'
import { branchesOf, leavesOf, pathTo } from '../formats/kit/branches.js'
import type { MessageLink } from '../formats/kit/stored.js'

/** Returns the messages from the root to the newest leaf. Empty for a conversation without messages. */
export function newestBranch (links: readonly MessageLink[]): number[] {
  return branchesOf(links, 'active')[0]?.messages ?? []
}

/** Returns the messages from the root to this one. */
export function branchTo (links: readonly MessageLink[], leaf: number): number[] {
  return pathTo(links, leaf)
}

/** Returns the messages from the root to the newest leaf below this message. */
export function branchThrough (links: readonly MessageLink[], index: number): number[] {
  // Parents stand before children, so one pass finds everything below.
  const below = new Set([index])
  for (const [child, { parent }] of links.entries()) if (below.has(parent)) below.add(child)
  const [leaf = index] = newestFirst(links, leavesOf(links).filter((leaf) => below.has(leaf)))
  return branchTo(links, leaf)
}

/** Returns the leaves that are not on a branch, the newest first. */
export function otherLeaves (links: readonly MessageLink[], branch: readonly number[]): number[] {
  const leaf = branch.at(-1)
  return newestFirst(links, leavesOf(links).filter((index) => index !== leaf))
}

/**
 * Returns the index of a message.
 * @throws {DomainError} NOT_FOUND when the conversation does not have it.
 */
export function indexOf (links: readonly MessageLink[], messageId: string, field: string): number {
  const index = links.findIndex((link) => link.messageId === messageId)
  if (index >= 0) return index
  throw new DomainError('NOT_FOUND', `This conversation has no message ${JSON.stringify(messageId)}`, field)
}

function newestFirst (links: readonly MessageLink[], indexes: number[]): number[] {
  const timeOf = (index: number) => links[index]?.createdAt ?? 0
  return indexes.sort((a, b) => timeOf(b) - timeOf(a) || b - a)
}
