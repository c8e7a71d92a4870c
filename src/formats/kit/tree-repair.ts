import { cutCycles } from '../../cycles.js'

/** A node by its key, as sources link them. */
export interface Link {
  key: string
  parent: string | null
  keep?: boolean
}

/** The kept nodes of a repaired forest. */
export interface Forest {
  /** Where each kept node stood in the input; parents come before their children, siblings in input order. */
  order: number[]
  /** For each entry of `order`, the index within `order` of its parent; -1 for a root. */
  parents: number[]
}

const root = -1
const nullId = '00000000-0000-0000-0000-000000000000'

/**
 * Makes a forest of nodes linked by keys, whatever the damage. A node with an unknown parent is a root. Each cycle is cut
 * at the edge that closes it. Nodes with `keep: false` hand their children to the nearest kept ancestor.
 * Linear in time and without recursion, because chains of thousands of nodes are ordinary.
 */
export function repairTree (nodes: readonly Link[]): Forest {
  const linked = linkParents(nodes)
  const parentOf = (index: number) => linked[index] === root ? null : linked[index] ?? null
  cutCycles(linked.keys(), parentOf, (index) => { linked[index] = root })
  const all = preorder(linked)
  const anchors = nearestKept(nodes, linked, all)
  // Leaving nodes out of a preorder gives the preorder of what remains, so siblings stay where the source put them.
  const order = all.filter((index) => nodes[index]?.keep !== false)
  const places = new Map(order.map((index, place) => [index, place]))
  return { order, parents: order.map((index) => places.get(anchors[index] ?? root) ?? root) }
}

/** The index of each node's parent. Of several nodes with one key, the first is the parent. */
function linkParents (nodes: readonly Link[]): number[] {
  const byKey = new Map<string, number>()
  for (const [index, { key }] of nodes.entries()) {
    if (!byKey.has(key)) byKey.set(key, index)
  }
  return nodes.map(({ parent }) => parent === null || parent === nullId ? root : byKey.get(parent) ?? root)
}

/** For each node the nearest ancestor that is kept; `order` has parents before children. */
function nearestKept (nodes: readonly Link[], parents: readonly number[], order: readonly number[]): number[] {
  const anchors = parents.slice()
  for (const index of order) {
    const parent = parents[index] ?? root
    if (nodes[parent]?.keep === false) anchors[index] = anchors[parent] ?? root
  }
  return anchors
}

/** The nodes with each parent before its children, and a branch finished before the next sibling begins. */
function preorder (parents: readonly number[]): number[] {
  const roots: number[] = []
  const children = new Map<number, number[]>()
  for (const [index, parent] of parents.entries()) {
    if (parent === root) roots.push(index)
    else push(children, parent, index)
  }
  const order: number[] = []
  const pending = roots.reverse()
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    order.push(node)
    const own = children.get(node) ?? []
    for (let i = own.length - 1; i >= 0; i--) pending.push(own[i] ?? root)
  }
  return order
}

function push (lists: Map<number, number[]>, key: number, value: number) {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
