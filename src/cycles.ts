/**
 * Makes a forest of nodes that name one parent each. Follows the parents from each start. When a node's parent is already on
 * the current path, it calls `cut(node)`, and `parentOf` must return null for that node from then on. Takes linear time and no
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
