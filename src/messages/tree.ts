/*
 * Which messages of a conversation belong to a branch. Pure, linear in time and without recursion, because chains
 * of thousands of messages are ordinary. Ids are unique within a list.
 */

/** `parentMessageId` of a message that starts a conversation. */
export const NO_PARENT = '00000000-0000-0000-0000-000000000000'

/** How a message hangs in its conversation. */
export interface Link { messageId: string, parentMessageId?: string | null | undefined }

/** A link whose parent is null, for a root, or an earlier entry of the same list. */
export type Placed<T extends Link> = T & { parentMessageId: string | null }

/**
 * All messages as a forest, in the given order, except that a message which comes before its parent moves to just after
 * it. A message without a parent in the list is a root. A cycle is broken: following parents up, first from `from` and then
 * from each message, the message whose parent was already visited becomes a root.
 */
export function wholeTree <T extends Link> (links: readonly T[], from?: string): Array<Placed<T>> {
  const parents = knownParents(links)
  openLoops(parents, from)
  return parentsFirst(links.map((link) => ({ ...link, parentMessageId: parents.get(link.messageId) ?? null })))
}

/** The messages from the root down to the target; none if the target is unknown. */
export function directPath <T extends Link> (links: readonly T[], target: string): Array<Placed<T>> {
  return pathTo(wholeTree(links, target), target)
}

/** The path to the target with every message that answers one above the target: siblings, but not what follows them. */
export function includeBranches <T extends Link> (links: readonly T[], target: string): Array<Placed<T>> {
  const tree = wholeTree(links, target)
  const path = new Set(pathTo(tree, target).map(({ messageId }) => messageId))
  const above = new Set(path)
  above.delete(target)
  return tree.filter(({ messageId, parentMessageId }) =>
    path.has(messageId) || (parentMessageId !== null && above.has(parentMessageId)))
}

/** All branches of all roots, down to the target's level; none if the target is unknown. */
export function targetLevel <T extends Link> (links: readonly T[], target: string): Array<Placed<T>> {
  const tree = wholeTree(links, target)
  const depths = depthsOf(tree)
  const last = depths.get(target) ?? -1
  return tree.filter(({ messageId }) => depthAt(depths, messageId) <= last)
}

/** What stands at the target's level, as roots, and everything below it; none if the target is unknown. */
export function splitAtTarget <T extends Link> (links: readonly T[], target: string): Array<Placed<T>> {
  const tree = wholeTree(links, target)
  const depths = depthsOf(tree)
  const first = depths.get(target) ?? Infinity
  return tree
    .filter(({ messageId }) => depthAt(depths, messageId) >= first)
    .map((link) => depthAt(depths, link.messageId) === first ? { ...link, parentMessageId: null } : link)
}

/** A message and all below it, each after its parent; empty if the message is unknown. `links` hold no loop. */
export function subtree <T extends Link> (links: readonly T[], top: string): T[] {
  const children = new Map<string | null, T[]>()
  for (const link of links) addTo(children, link.parentMessageId ?? null, link)
  const order = links.filter(({ messageId }) => messageId === top)
  for (const { messageId } of order) {
    for (const child of children.get(messageId) ?? []) order.push(child)
  }
  return order
}

function knownParents (links: readonly Link[]): Map<string, string | null> {
  const ids = new Set(links.map(({ messageId }) => messageId))
  return new Map(links.map(({ messageId, parentMessageId: parent }) =>
    [messageId, parent && parent !== NO_PARENT && ids.has(parent) ? parent : null]))
}

function openLoops (parents: Map<string, string | null>, from: string | undefined) {
  const walks = new Map<string, string>()
  const starts = from !== undefined && parents.has(from) ? [from, ...parents.keys()] : parents.keys()
  for (const start of starts) {
    let id: string | null = start
    while (id !== null && !walks.has(id)) {
      walks.set(id, start)
      const parent = parents.get(id) ?? null
      if (parent !== null && walks.get(parent) === start) parents.set(id, null)
      id = parents.get(id) ?? null
    }
  }
}

function parentsFirst <T extends Link> (links: Array<Placed<T>>): Array<Placed<T>> {
  const order: Array<Placed<T>> = []
  const placed = new Set<string>()
  const waiting = new Map<string, Array<Placed<T>>>()
  for (const link of links) {
    if (link.parentMessageId !== null && !placed.has(link.parentMessageId)) {
      addTo(waiting, link.parentMessageId, link)
      continue
    }
    const ready = [link]
    for (let next = ready.pop(); next; next = ready.pop()) {
      order.push(next)
      placed.add(next.messageId)
      for (const child of waiting.get(next.messageId)?.reverse() ?? []) ready.push(child)
    }
  }
  return order
}

function pathTo <T extends Link> (tree: Array<Placed<T>>, target: string): Array<Placed<T>> {
  const byId = new Map(tree.map((link) => [link.messageId, link]))
  const path: Array<Placed<T>> = []
  for (let id: string | null = target; id !== null;) {
    const link = byId.get(id)
    if (link) path.push(link)
    id = link?.parentMessageId ?? null
  }
  return path.reverse()
}

function depthsOf (tree: Array<Placed<Link>>): Map<string, number> {
  const depths = new Map<string, number>()
  for (const { messageId, parentMessageId } of tree) {
    depths.set(messageId, parentMessageId === null ? 0 : depthAt(depths, parentMessageId) + 1)
  }
  return depths
}

function depthAt (depths: Map<string, number>, messageId: string): number {
  return depths.get(messageId) ?? 0
}

function addTo <K, T> (lists: Map<K, T[]>, key: K, value: T) {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
