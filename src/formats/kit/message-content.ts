import { type JsonObject, type JsonValue } from './draft.js'
import { isObject, objectOf, stringOf } from './json-value.js'
import { joinRendered, type Rendered } from './rendered.js'
import { kindOfType, readMedia, readMediaData, readMediaUrl } from './media.js'

/** A call of a tool in a message, its arguments as JSON text or prose. */
export interface ToolUse { id: string | null, name: string, args: string }

/** What a tool answered to the call `id`. */
export interface ToolOutput { id: string, output: string }

/** The content of a message as chat APIs write it, taken apart. */
export interface MessageContent extends Rendered {
  thoughts: string[]
  uses: ToolUse[]
  outputs: ToolOutput[]
}

/**
 * Reads `content` in the manner of OpenAI's and Anthropic's APIs and of all that imitate them: a string, or parts with
 * a `type`. Parts of an unknown type give their text, else the type in brackets.
 */
export function readMessageContent (content: JsonValue | undefined): MessageContent {
  const parts = Array.isArray(content) ? content : [content]
  const read = parts.map((part) => typeof part === 'string' ? { text: part } : isObject(part) ? readPart(part) : {})
  const { text, assets } = joinRendered(read.map(({ text = '', assets = [] }) => ({ text, assets })))
  return {
    text,
    assets,
    thoughts: read.flatMap(({ thoughts = [] }) => thoughts),
    uses: read.flatMap(({ uses = [] }) => uses),
    outputs: read.flatMap(({ outputs = [] }) => outputs)
  }
}

/** What a tool answered, as text: that of parts where it has some, as servers of tools (MCP) give it, else {@link toolText}. */
export function outputText (value: JsonValue | undefined): string {
  const parts = isObject(value) ? value.content : value
  const text = Array.isArray(parts) && parts.some((part) => isObject(part) && typeof part.text === 'string') ? readMessageContent(parts).text : ''
  return text === '' ? toolText(value) : text
}

/** Data as the arguments or the output of a tool: text stays text, anything else becomes JSON. */
export function toolText (value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)
}

function readPart (part: JsonObject): Partial<MessageContent> {
  switch (part.type) {
    case 'input_image':
    case 'image_url':
      return readMediaUrl('image', isObject(part.image_url) ? part.image_url.url : part.image_url)
    case 'image':
    case 'document':
    case 'file':
    case 'input_file':
    case 'input_audio':
      return readAttachment(part.type, part)
    case 'thinking':
    case 'reasoning':
    case 'think':
      return { thoughts: [part.thinking, part.reasoning, part.think, part.text].map(stringOf).filter((text) => text !== null).slice(0, 1) }
    // Thoughts that their provider keeps to itself.
    case 'redacted_thinking':
      return {}
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return { uses: [{ id: stringOf(part.id), name: stringOf(part.name) ?? 'tool', args: toolText(part.input) }] }
    case 'tool_result':
    case 'mcp_tool_result':
    case 'web_search_tool_result':
      return readToolResult(part)
  }
  const text = [part.text, objectOf(part.text).value, part.refusal, part.content].map(stringOf).find((text) => text !== null)
  if (text !== undefined) return { text }
  if (isObject(part.inlineData)) return readMediaData(kindOfType(stringOf(part.inlineData.mimeType)), part.inlineData.mimeType, part.inlineData.data)
  const type = stringOf(part.type)
  return type === null || type === 'text' ? {} : readMedia({ kind: type })
}

function readAttachment (type: string, part: JsonObject): Rendered {
  const facts = { ...part, ...objectOf(part.source), ...objectOf(part.file), ...objectOf(part.input_audio) }
  const name = stringOf(facts.filename) ?? stringOf(facts.name) ?? stringOf(part.title)
  const mime = stringOf(facts.media_type) ?? stringOf(facts.mime_type) ?? stringOf(facts.mimeType)
  const kind = type === 'input_audio' ? 'audio' : type === 'image' ? 'image' : kindOfType(mime)
  if (typeof facts.data === 'string') return readMediaData(kind, mime, facts.data, name)
  return readMediaUrl(kind, facts.file_data ?? facts.url ?? facts.image ?? facts.file_id, name)
}

function readToolResult (part: JsonObject): Partial<MessageContent> {
  const { text, assets } = readMessageContent(part.content)
  const id = stringOf(part.tool_use_id)
  return id === null ? { text, assets } : { outputs: [{ id, output: text }], assets }
}
