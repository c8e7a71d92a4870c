import { type JsonObject, type JsonValue } from './draft.js'
import { isObject, numberOf, objectOf, stringOf } from './json-value.js'

/** A node of a tree given as a map, like ChatGPT's `mapping`, with its parent found; `message` is null for a mere link of the chain. */
export interface TreeNode {
  key: string
  parent: string | null
  message: JsonObject | null
}

interface Entry { key: string, node: JsonObject }

/**
 * The nodes of a `mapping`, keyed by the mapping's own keys (ids inside nodes may differ), an array re-keyed by node
 * id. A node whose `parent` is missing or unknown belongs to the node that lists it among its `children`; newer
 * exports have no `children` at all. Siblings come in the order of `children`, unlisted ones by time.
 */
export function readNodes (mapping: JsonValue | undefined): TreeNode[] {
  const entries = Array.isArray(mapping) ? keyedEntries(mapping) : namedEntries(objectOf(mapping))
  const keys = new Set(entries.map(({ key }) => key))
  const listedBy = new Map<string, string>()
  for (const { key, node } of entries) {
    for (const child of childKeys(node)) {
      if (child !== key && keys.has(child) && !listedBy.has(child)) listedBy.set(child, key)
    }
  }
  return inSiblingOrder(entries, listedBy).map(({ key, node }) => ({
    key,
    parent: typeof node.parent === 'string' && node.parent !== key && keys.has(node.parent) ? node.parent : listedBy.get(key) ?? null,
    message: isObject(node.message) ? node.message : null
  }))
}

function namedEntries (mapping: JsonObject): Entry[] {
  return Object.entries(mapping).map(([key, node]) => ({ key, node: objectOf(node) }))
}

function keyedEntries (mapping: JsonValue[]): Entry[] {
  return mapping.map(objectOf).map((node, index) =>
    ({ key: stringOf(node.id) ?? stringOf(objectOf(node.message).id) ?? `#${index}`, node }))
}

function inSiblingOrder (entries: readonly Entry[], listedBy: ReadonlyMap<string, string>): Entry[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]))
  const listed = new Set<Entry>()
  for (const { node } of entries) {
    for (const child of childKeys(node)) {
      const entry = byKey.get(child)
      if (entry !== undefined && listedBy.has(child)) listed.add(entry)
    }
  }
  let time = 0
  const dated = entries.filter((entry) => !listed.has(entry)).map((entry) => {
    time = numberOf(objectOf(entry.node.message).create_time) ?? time
    return { entry, time }
  })
  return [...listed, ...dated.sort((a, b) => a.time - b.time).map(({ entry }) => entry)]
}

function childKeys (node: JsonObject): string[] {
  return Array.isArray(node.children) ? node.children.filter((child) => typeof child === 'string') : []
}
