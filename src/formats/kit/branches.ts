import type { MessageLink } from './stored.js'

/** A run of messages, each the parent of the next. */
export interface Branch {
  /** The message that the first one answers, which stands in an earlier branch; -1 where the first is a root. */
  after: number
  /** Indexes of the messages, from the root towards the leaf. */
  messages: number[]
}

/**
 * A conversation as runs of messages: first the branch that ends at the newest leaf, then, with `all`, what every other
 * leaf adds to those before it. Linear in the number of messages.
 */
export function branchesOf (links: readonly MessageLink[], which: 'active' | 'all'): Branch[] {
  const newest = newestLeaf(links)
  if (newest < 0) return []
  const written = new Set<number>()
  const active = branchTo(links, newest, written)
  if (which === 'active') return [active]
  return [active, ...leavesOf(links).filter((leaf) => leaf !== newest).map((leaf) => branchTo(links, leaf, written))]
}

/** Every message that none answers. */
export function leavesOf (links: readonly MessageLink[]): number[] {
  const parents = new Set(links.map(({ parent }) => parent))
  return [...links.keys()].filter((index) => !parents.has(index))
}

/** The messages from the root to this one. */
export function pathTo (links: readonly MessageLink[], leaf: number): number[] {
  return branchTo(links, leaf, new Set()).messages
}

function branchTo (links: readonly MessageLink[], leaf: number, written: Set<number>): Branch {
  const messages: number[] = []
  let index = leaf
  for (; index >= 0 && !written.has(index); index = links[index]?.parent ?? -1) {
    messages.push(index)
    written.add(index)
  }
  return { after: index, messages: messages.reverse() }
}

/** Of two equally new ones the later in order, as on the page. */
function newestLeaf (links: readonly MessageLink[]): number {
  return leavesOf(links).reduce((best, leaf) => (links[best]?.createdAt ?? -Infinity) > (links[leaf]?.createdAt ?? 0) ? best : leaf, -1)
}
