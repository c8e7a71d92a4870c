import { type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectsOf, stringOf } from '../kit/json-value.js'
import { link, sourceOf } from '../kit/link.js'
import { readMedia } from '../kit/media.js'

/** Which result answers which call. */
export interface Answers {
  answers: Map<JsonObject, JsonObject>
  /** The results that answer a call. */
  answered: Set<JsonObject>
}

/**
 * Finds for each call of a message its result: the one with the call's id, and for results without an id, as older
 * exports have them, the oldest call that waits.
 */
export function answersOf (blocks: readonly JsonObject[]): Answers {
  const answers = new Map<JsonObject, JsonObject>()
  const calls: JsonObject[] = []
  const callsById = new Map<string, JsonObject>()
  let oldest = 0
  for (const block of blocks) {
    if (block.type === 'tool_use') {
      const id = stringOf(block.id)
      calls.push(block)
      if (id !== null) callsById.set(id, block)
    } else if (block.type === 'tool_result') {
      while (answers.has(calls[oldest] ?? block)) oldest++
      const id = stringOf(block.tool_use_id)
      const call = id === null ? calls[oldest] : callsById.get(id)
      if (call !== undefined && !answers.has(call)) answers.set(call, block)
    }
  }
  return { answers, answered: new Set(answers.values()) }
}

/** What a tool answered, as Markdown: pages as links above their text, media as placeholders. */
export function readToolResult (result: JsonObject): string {
  const { content } = result
  const items = Array.isArray(content) ? content : [content]
  const texts = items.flatMap(readItem).filter((text) => text.trim() !== '')
  return texts.length > 0 ? texts.join('\n') : stringOf(result.message) ?? ''
}

function readItem (item: JsonValue | undefined): string[] {
  if (typeof item === 'string') return [item]
  if (!isObject(item)) return []
  switch (item.type) {
    case 'image': return [readMedia({ kind: 'image', name: stringOf(item.file_name) }).text]
    case 'image_gallery': return nested(item, ['images']).map((image) => readMedia({ kind: 'image', name: stringOf(image.title) }).text)
    case 'local_resource': return [readMedia({ kind: 'file', name: stringOf(item.name) ?? stringOf(item.file_path) }).text]
  }
  const page = sourceOf(item)
  const title = page === null ? stringOf(item.title) : link(page)
  const texts = [title, stringOf(item.text)].filter((text) => text !== null)
  return [...texts, ...nested(item, ['content', 'items']).flatMap(readPage)]
}

function readPage (item: JsonObject): string[] {
  const page = sourceOf(item)
  return [page === null ? stringOf(item.title) : link(page), stringOf(item.text)].filter((text) => text !== null)
}

function nested (item: JsonObject, names: string[]): JsonObject[] {
  return names.flatMap((name) => objectsOf(item[name]))
}
