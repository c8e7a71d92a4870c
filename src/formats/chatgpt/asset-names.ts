import { type ImportContext, type JsonObject } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { type TreeNode } from '../kit/node-map.js'
import { leafName } from '../kit/media.js'
import { pointerId } from './parts.js'

/**
 * The nodes with an attachment for each medium that only `conversation_asset_file_names.json` names, a list of `<id>.dat`
 * and the name the file had.
 */
export function nameAssets (nodes: readonly TreeNode[], companions: ImportContext['companions']): readonly TreeNode[] {
  const names = new Map(companions.flatMap(({ value }) => Object.entries(objectOf(value)).map(([file, name]) => [leafName(file)?.replace(/\.\w+$/, '') ?? '', stringOf(name)])))
  if (names.size === 0) return nodes
  return nodes.map((node) => node.message === null ? node : { ...node, message: withNames(node.message, names) })
}

function withNames (message: JsonObject, names: ReadonlyMap<string, string | null>): JsonObject {
  const metadata = objectOf(message.metadata)
  const attachments = objectsOf(metadata.attachments)
  const known = new Set(attachments.map(({ id }) => pointerId(id)))
  const pointers = objectsOf(objectOf(message.content).parts).flatMap((part) => [part, part.audio_asset_pointer, part.video_container_asset_pointer])
    .map((media) => pointerId(isObject(media) ? media.asset_pointer : media))
  const added = pointers.filter((id) => id !== null && !known.has(id) && names.has(id)).map((id) => ({ id, name: names.get(id ?? '') ?? null }))
  return added.length === 0 ? message : { ...message, metadata: { ...metadata, attachments: [...attachments, ...added] } }
}
