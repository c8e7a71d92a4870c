import { type ContentPart, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { numberOf, objectsOf, stringOf } from '../kit/json-value.js'
import { link, type Source, sourceOf } from '../kit/link.js'
import { joinRendered, type Rendered } from '../kit/rendered.js'
import { replaceMarks } from '../kit/replace-bounded.js'
import { kindOfType, readMedia } from '../kit/media.js'
import { toolText } from '../kit/message-content.js'
import { idOf } from '../kit/link-by-id.js'
import { callPart, fromParts, textPart, thinkPart } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'

const citation = /\[citation:(\d{1,6})\]/g

/**
 * Reads a message of DeepSeek: its fragments in their order, or the flat fields of older exports. Found pages are the
 * output of a call of `search`, and `[citation:2]` in the answer becomes a link to the second of them. Fragments of an
 * unknown type are for DeepSeek's own client and give nothing.
 */
export function readDeepSeekMessage (message: JsonObject, isCreatedByUser: boolean): Omit<MessageDraft, 'key' | 'parent' | 'sourceId'> {
  const fragments = Array.isArray(message.fragments) ? objectsOf(message.fragments) : flatFragments(message)
  const pages = citedPages(fragments.flatMap(({ results }) => objectsOf(results)))
  const files = joinRendered(objectsOf(message.files).map(readFile))
  const model = isCreatedByUser ? null : stringOf(message.model)
  const status = stringOf(message.status)
  return {
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : model ?? 'DeepSeek',
    ...fromParts([...fragments.flatMap((fragment) => readFragment(fragment, pages)), textPart(files.text)]),
    model,
    createdAt: message.inserted_at,
    metadata: mediaMetadata(files.assets, [...pages.values()]),
    unfinished: status !== null && status !== 'FINISHED'
  }
}

/** The flat fields of an older message as the fragments they would be today. */
function flatFragments ({ search_results: results, reasoning_content: reasoning, thinking_content: thinking, content }: JsonObject): JsonObject[] {
  return [
    { type: 'SEARCH', results },
    { type: 'THINK', content: stringOf(reasoning) ?? stringOf(thinking) },
    { type: 'RESPONSE', content }
  ]
}

function readFragment (fragment: JsonObject, pages: ReadonlyMap<number, Source>): ContentPart[] {
  const content = stringOf(fragment.content)
  switch (fragment.type) {
    case 'REQUEST':
    case 'RESPONSE':
    case 'TEMPLATE_RESPONSE': return [textPart(content === null ? null : withLinks(content, pages))]
    case 'THINK': return [thinkPart(content)]
    case 'SEARCH': return readSearch(fragment)
  }
  return []
}

function readSearch (fragment: JsonObject): ContentPart[] {
  const results = objectsOf(fragment.results)
  if (results.length === 0) return []
  const lines = results.map((result) => [titleOf(result), stringOf(result.snippet)].filter((text) => text !== null).join('\n'))
  const args = toolText(fragment.queries ?? fragment.query ?? fragment.content)
  return [callPart({ id: null, name: 'search', args }, lines.filter((line) => line !== '').join('\n\n'))]
}

function titleOf (result: JsonObject): string | null {
  const source = sourceOf(result)
  return source === null ? stringOf(result.title) : link(source)
}

/** The pages by the numbers that citations use for them: their own, else their place. */
function citedPages (results: readonly JsonObject[]): Map<number, Source> {
  const pages = new Map<number, Source>()
  for (const [index, result] of results.entries()) {
    const source = sourceOf(result)
    if (source !== null) pages.set(numberOf(result.cite_index) ?? index + 1, source)
  }
  return pages
}

function withLinks (text: string, pages: ReadonlyMap<number, Source>): string {
  return replaceMarks(text, citation, (number) => {
    const page = pages.get(Number(number))
    return page === undefined ? `[${number}]` : link({ title: number, url: page.url })
  })
}

function readFile (file: JsonObject): Rendered {
  const type = stringOf(file.mime_type) ?? stringOf(file.content_type)
  const bytes: JsonValue | undefined = file.file_size ?? file.size
  return readMedia({ kind: kindOfType(type), pointer: idOf(file.id) ?? idOf(file.file_id), name: stringOf(file.file_name) ?? stringOf(file.name), type, bytes: numberOf(bytes) })
}
