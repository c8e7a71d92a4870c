/*
 * The messages of a conversation as a tree, and the branch that is shown. Pure and linear: a chain of thousands of
 * messages is ordinary, so nothing here is recursive.
 */

/** What a tree needs to know of a message. */
export interface TreeMessage { messageId: string, parentMessageId: string, createdAt: string }

/** The messages of one conversation, by how they hang together. */
export interface Tree<T extends TreeMessage> {
  /** Parents before children, as the server sends them. */
  messages: T[]
  byId: Map<string, T>
  /** The messages beside each other under one parent; roots stand under `ROOT`. Oldest first. */
  childrenOf: Map<string, T[]>
  /** For each message the newest leaf below it; itself for a leaf. */
  leafBelow: Map<string, T>
}

/** The key of the roots in `childrenOf`. */
export const ROOT = ''

/** Builds the tree in one pass down and one up. A message whose parent is not in the list is a root. */
export function buildTree <T extends TreeMessage> (messages: T[]): Tree<T> {
  const byId = new Map(messages.map((message) => [message.messageId, message]))
  const childrenOf = new Map<string, T[]>()
  for (const message of messages) {
    const parent = byId.has(message.parentMessageId) ? message.parentMessageId : ROOT
    const siblings = childrenOf.get(parent)
    if (siblings) siblings.push(message)
    else childrenOf.set(parent, [message])
  }
  const leafBelow = new Map<string, T>()
  for (const message of messages.toReversed()) {
    const leaves = (childrenOf.get(message.messageId) ?? []).flatMap(({ messageId }) => leafBelow.get(messageId) ?? [])
    leafBelow.set(message.messageId, leaves.reduce<T | null>(newer, null) ?? message)
  }
  return { messages, byId, childrenOf, leafBelow }
}

/** The branch that ends at the leaf below `messageId`, root first; that of the newest leaf when there is no such message. */
export function branchThrough <T extends TreeMessage> (tree: Tree<T>, messageId: string | null): T[] {
  const leaf = (messageId === null ? undefined : tree.leafBelow.get(messageId)) ?? newestLeaf(tree)
  const branch: T[] = []
  for (let message = leaf ?? undefined; message; message = tree.byId.get(message.parentMessageId)) branch.push(message)
  return branch.reverse()
}

/** All messages that stand where this one does, itself among them. */
export function siblingsOf <T extends TreeMessage> ({ byId, childrenOf }: Tree<T>, { parentMessageId }: T): T[] {
  return childrenOf.get(byId.has(parentMessageId) ? parentMessageId : ROOT) ?? []
}

function newestLeaf <T extends TreeMessage> ({ childrenOf, leafBelow }: Tree<T>): T | null {
  return (childrenOf.get(ROOT) ?? []).flatMap(({ messageId }) => leafBelow.get(messageId) ?? []).reduce<T | null>(newer, null)
}

/** Of two equally new ones the later in order. */
function newer <T extends TreeMessage> (best: T | null, next: T): T {
  return best !== null && best.createdAt > next.createdAt ? best : next
}
