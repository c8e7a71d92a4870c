/**
 * Makes a forest of nodes that name one parent each. Follows the parents from each start in turn, and calls `cut` for a node
 * whose parent was already met on the same way; from then on `parentOf` must return null for it. Linear in time and without
 * recursion.
 */
export function cutCycles <Node> (starts: Iterable<Node>, parentOf: (node: Node) => Node | null, cut: (node: Node) => void) {
  const walks = new Map<Node, Node>()
  for (const start of starts) {
    let node: Node | null = start
    while (node !== null && !walks.has(node)) {
      walks.set(node, start)
      const parent = parentOf(node)
      if (parent !== null && walks.get(parent) === start) cut(node)
      node = parentOf(node)
    }
  }
}
