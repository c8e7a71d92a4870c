import { cutCycles } from '../cycles.js'

/*
 * Selects the messages of branches. The functions take linear time and do not recurse, because chains of thousands of
 * messages are common. Ids are unique within a list.
 */

/** The `parentMessageId` of a root message. */
export const NO_PARENT = '00000000-0000-0000-0000-000000000000'

/** A message and its parent. */
export interface Link { messageId: string, parentMessageId?: string | null | undefined }

/** A link whose parent is an earlier entry of the same list, or null for a root. */
export type Placed<T extends Link> = T & { parentMessageId: string | null }

/**
 * Returns all messages as a forest, in the given order. A message before its parent moves to just after it. A message
 * whose parent is not in the list is a root. A cycle is cut at the message whose parent was visited before. Parents are
 * followed first from `from`, then from each message.
 */
export function wholeTree <T extends Link> (links: readonly T[], from?: string): Array<Placed<T>> {
  const parents = knownParents(links)
  const starts = from !== undefined && parents.has(from) ? [from, ...parents.keys()] : parents.keys()
  cutCycles(starts, (id) => parents.get(id) ?? null, (id) => { parents.set(id, null) })
  return parentsFirst(links.map((link) => ({ ...link, parentMessageId: parents.get(link.messageId) ?? null })))
}

/** Returns the messages from the root down to the target, or none if the target is unknown. */
export function directPath <T extends Link> (links: readonly T[], target: string): Array<Placed<T>> {
  return pathTo(wholeTree(links, target), target)
}

/**
 * Returns the path to the target with every child of each message above the target. Children off the path have no
 * descendants.
 */
export function includeBranches <T extends Link> (links: readonly T[], target: string): Array<Placed<T>> {
  const tree = wholeTree(links, target)
  const path = new Set(pathTo(tree, target).map(({ messageId }) => messageId))
  const above = new Set(path)
  above.delete(target)
  return tree.filter(({ messageId, parentMessageId }) =>
    path.has(messageId) || (parentMessageId !== null && above.has(parentMessageId)))
}

/** Returns all branches of all roots down to the target's level, or none if the target is unknown. */
export function targetLevel <T extends Link> (links: readonly T[], target: string): Array<Placed<T>> {
  const tree = wholeTree(links, target)
  const depths = depthsOf(tree)
  const last = depths.get(target) ?? -1
  return tree.filter(({ messageId }) => depthAt(depths, messageId) <= last)
}

/** Returns the messages at the target's level as roots, and everything below them, or none if the target is unknown. */
export function splitAtTarget <T extends Link> (links: readonly T[], target: string): Array<Placed<T>> {
  const tree = wholeTree(links, target)
  const depths = depthsOf(tree)
  const first = depths.get(target) ?? Infinity
  return tree
    .filter(({ messageId }) => depthAt(depths, messageId) >= first)
    .map((link) => depthAt(depths, link.messageId) === first ? { ...link, parentMessageId: null } : link)
}

/**
 * Returns a message and its descendants, each after its parent, or none if the message is unknown. `links` must have no
 * cycle.
 */
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
