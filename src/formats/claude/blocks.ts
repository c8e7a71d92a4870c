import { type ContentPart, type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectsOf, stringOf } from '../kit/json-value.js'
import { artifactDocument, showArtifacts } from '../kit/artifact-tags.js'
import { withCitations } from './citations.js'
import { answersOf, readToolResult } from './tools.js'
import { readMedia } from '../kit/media.js'
import { toolText } from '../kit/message-content.js'
import { callPart, textPart, thinkPart } from '../kit/message-parts.js'

/** What old clients put in the place of a tool call, reasoning or a document. */
const unsupported = /^[ \t]*(`{3,})[^\n`]*\n\s*This block is not supported on your current device yet\.\s*\n[ \t]*\1[ \t]*$|^[ \t]*This block is not supported on your current device yet\.[ \t]*$/gm
const thinkingTag = /<antThinking>([\s\S]*?)(?:<\/antThinking>|$)/g
/** Marks for Claude's and ChatGPT's own renderers, which nothing else can show. */
const privateMarks = /[\uE200-\uE206]/g

/** The parts of a message in their order, and the media it names. */
export interface Blocks { parts: ContentPart[], assets: JsonObject[] }

/**
 * Reads the `content` of a message of Claude, and its flat `text` where the blocks hold no prose. Blocks of a type
 * nobody knows give whatever `text` they have; counters and flags give nothing.
 */
export function readBlocks (message: JsonObject, isCreatedByUser: boolean): Blocks {
  const { content } = message
  const blocks = (Array.isArray(content) ? content : [content]).map(asBlock).filter((block) => block !== null)
  const { answers, answered } = answersOf(blocks)
  const titles = pageTitles(blocks)
  const assets: JsonObject[] = []
  const parts = blocks.flatMap((block) => answered.has(block) ? [] : readBlock(block))
  return { parts: blocks.some(isProse) ? parts : [...parts, ...prose(message.text)], assets }

  function readBlock (block: JsonObject): ContentPart[] {
    switch (block.type) {
      case 'thinking': return [thinkPart(stringOf(block.thinking) ?? summary(block))]
      case 'tool_use': return readCall(block, answers.get(block))
      case 'tool_result': return [callPart({ id: stringOf(block.tool_use_id), name: stringOf(block.name) ?? 'tool', args: '' }, readToolResult(block))]
      case 'voice_note': return [textPart(lines(block.title, block.text))]
      case 'image': return readImage(block)
    }
    const text = stringOf(block.text)
    return text === null ? [] : prose(withCitations(text, objectsOf(block.citations), titles))
  }

  function readImage (block: JsonObject): ContentPart[] {
    const image = readMedia({ kind: 'image', pointer: stringOf(block.file_uuid) ?? stringOf(block.uuid), name: stringOf(block.file_name) })
    assets.push(...image.assets)
    return [textPart(image.text)]
  }

  function prose (text: JsonValue | undefined): ContentPart[] {
    const clean = (stringOf(text) ?? '').replace(unsupported, '').replace(privateMarks, '')
    return isCreatedByUser ? [textPart(clean)] : readTaggedProse(clean)
  }
}

/** Whether a block says by itself what the flat text of its message would say again. */
function isProse ({ type, text }: JsonObject): boolean {
  return type !== 'tool_use' && type !== 'tool_result' && stringOf(text) !== null
}

/** The titles of the pages that tools found, by address: citations name the address alone. */
function pageTitles (blocks: readonly JsonObject[]): Map<string, string> {
  const pages = blocks.filter(({ type }) => type === 'tool_result').flatMap(({ content }) => objectsOf(content))
  return new Map(pages.flatMap(({ url, title }) => typeof url === 'string' && typeof title === 'string' ? [[url, title]] : []))
}

/** A call, and below it the document it made, which the reader had beside the conversation. */
function readCall (block: JsonObject, answer: JsonObject | undefined): ContentPart[] {
  const name = stringOf(block.name) ?? 'tool'
  const call = callPart({ id: stringOf(block.id), name, args: toolText(block.input) }, answer === undefined ? null : readToolResult(answer))
  const { title, content, type, language } = isObject(block.input) ? block.input : {}
  const isDocument = name === 'artifacts' || name === 'create_artifact'
  if (!isDocument || typeof content !== 'string') return [call]
  return [call, textPart(artifactDocument(stringOf(title) ?? 'Artifact', content, stringOf(type) ?? '', stringOf(language)))]
}

function summary (block: JsonObject): string {
  return objectsOf(block.summaries).map(({ summary }) => stringOf(summary)).filter((summary) => summary !== null).join('\n\n')
}

/** Claude 3 wrote its reasoning and documents into its prose. */
function readTaggedProse (text: string): ContentPart[] {
  const parts: ContentPart[] = []
  let end = 0
  for (const match of text.matchAll(thinkingTag)) {
    parts.push(textPart(showArtifacts(text.slice(end, match.index).trim())), thinkPart((match[1] ?? '').trim()))
    end = match.index + match[0].length
  }
  const rest = showArtifacts(text.slice(end))
  return [...parts, textPart(end === 0 ? rest : rest.trim())]
}

function lines (...texts: Array<JsonValue | undefined>): string {
  return texts.map(stringOf).filter((text) => text !== null).join('\n')
}

function asBlock (block: JsonValue | undefined): JsonObject | null {
  if (typeof block === 'string') return { type: 'text', text: block }
  return isObject(block) ? block : null
}
