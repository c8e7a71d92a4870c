import { type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { fence } from '../kit/fence.js'
import { link, sourceOf } from '../kit/link.js'
import { joinRendered, type Rendered, renderedText } from '../kit/rendered.js'
import { citationReader } from './citations.js'
import { mediaAsset, readParts } from './parts.js'

/**
 * What a ChatGPT message shows, as Markdown: prose as it is, code and output fenced, pages as a link above their
 * text, media as placeholders. A content type nobody knows gives whatever text it has, else its name in brackets.
 * Empty when there is nothing to see.
 */
export function readContent (message: JsonObject): Rendered {
  const metadata = objectOf(message.metadata)
  const { content } = message
  if (!isObject(content)) return readParts(content, metadata)
  switch (content.content_type) {
    case 'text':
    case 'multimodal_text': return readParts(content.parts ?? content.text, metadata)
    case 'code': return readCode(content, message.recipient)
    case 'execution_output': return readOutput(content, metadata)
    case 'tether_browsing_display': return readParts([content.result ?? null, content.summary ?? null], metadata)
    case 'tether_quote':
    case 'sonic_webpage': return joinRendered([renderedText(pageTitle(content)), readParts(content.text ?? content.snippet, metadata)])
    case 'citable_code_output': return readConnectorOutput(content)
    case 'computer_output': return readScreen(content)
    case 'system_error': return renderedText([stringOf(content.name), stringOf(content.text)].filter((text) => text !== null).join(': '))
  }
  return readUnknown(content, metadata)
}

/** The reasoning in a `thoughts` or `reasoning_recap` message; the recap's "Thought for 12s" is not reasoning. */
export function readThoughts (message: JsonObject): string {
  const content = objectOf(message.content)
  const thoughts = objectsOf(content.thoughts).map((thought) => stringOf(thought.content) ?? stringOf(thought.summary))
  const parts = Array.isArray(content.parts) ? content.parts.map(stringOf) : []
  const text = [...thoughts, ...parts].filter((thought) => thought !== null).join('\n\n')
  return citationReader(objectOf(message.metadata))(text)
}

function readCode (content: JsonObject, recipient: JsonValue | undefined): Rendered {
  const code = stringOf(content.text)
  return renderedText(canvasDocument(code, recipient) ?? fenced(code, stringOf(content.language)))
}

function readOutput (content: JsonObject, metadata: JsonObject): Rendered {
  const images = objectsOf(objectOf(metadata.aggregate_result).messages)
    .filter(({ image_url: url }) => stringOf(url) !== null)
    .map(({ image_url: url, width, height }) => mediaAsset('image', { asset_pointer: url, width, height }))
  return joinRendered([renderedText(fenced(stringOf(content.text), null)), ...images])
}

function readConnectorOutput (content: JsonObject): Rendered {
  const { display_title: title, display_url: url } = objectOf(content.metadata)
  return joinRendered([renderedText(pageTitle({ title, url })), renderedText(fenced(stringOf(content.output_str), null))])
}

function readScreen (content: JsonObject): Rendered {
  const screenshot = objectOf(content.screenshot)
  return joinRendered([
    renderedText(pageTitle(objectOf(content.state))),
    ...(stringOf(screenshot.asset_pointer) === null ? [] : [mediaAsset('image', screenshot)])
  ])
}

function readUnknown (content: JsonObject, metadata: JsonObject): Rendered {
  const { content_type: type, parts, text, result, content: inner, summary, output_str: output } = content
  const read = readParts([parts, text, result, inner, summary, output].flat().filter((part) => part !== undefined), metadata)
  return read.text === '' && stringOf(type) !== null ? readParts([{ content_type: type }], {}) : read
}

/** A canvas document in the call that creates it, readable instead of escaped inside JSON. */
function canvasDocument (call: string | null, recipient: JsonValue | undefined): string | null {
  if (call === null || recipient !== 'canmore.create_textdoc') return null
  try {
    const { name, content } = objectOf(JSON.parse(call))
    return [stringOf(name), stringOf(content)].filter((text) => text !== null).join('\n\n') || null
  } catch {
    return null
  }
}

function pageTitle (page: JsonObject): string | null {
  const source = sourceOf(page)
  return source === null ? stringOf(page.title) ?? stringOf(page.url) : link(source)
}

function fenced (text: string | null, language: string | null): string | null {
  return text === null ? null : fence(text, language)
}
