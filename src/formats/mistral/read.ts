import { type ContentPart, type ConversationDraft, EntryError, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { joinRendered, type Rendered, renderedText } from '../kit/rendered.js'
import { readMedia } from '../kit/media.js'
import { toolText } from '../kit/message-content.js'
import { callPart, fromParts, textPart, thinkPart } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'
import { byTime } from '../kit/time-order.js'

/**
 * Mistral's Le Chat: an archive of files, each an array of the messages of one chat, in no order.
 *
 * Every message with text, media or a tool call becomes one message, one below the other by their times. Of two at one
 * time the user's comes first. Text chunks (which repeat `content`), pictures, canvases and files make the text. Chunks of
 * reasoning are `think` parts, calls `tool_call` parts. References lead nowhere in the export and are left out. Chunks of
 * an unknown type give their name.
 */
export const mistral: ImportFormat = {
  name: 'mistral',
  label: 'Mistral Le Chat',
  collects: true,

  matches (element) {
    return typeof element.chatId === 'string' && typeof element.role === 'string' && 'contentChunks' in element
  },

  convert (element) {
    const chats = new Map<string, JsonObject[]>()
    for (const message of objectsOf(element.messages)) {
      const id = stringOf(message.chatId) ?? ''
      const chat = chats.get(id)
      if (chat === undefined) chats.set(id, [message])
      else chat.push(message)
    }
    if (chats.size === 0) throw new EntryError('The chat has no messages')
    return [...chats].map(([id, messages]) => readChat(id, messages))
  }
}

function readChat (id: string, messages: JsonObject[]): ConversationDraft {
  const userFirst = messages.toSorted((a, b) => Number(b.role === 'user') - Number(a.role === 'user'))
  const ordered = byTime(userFirst, ({ createdAt }) => createdAt)
  return {
    sourceId: stringOf(id),
    title: null,
    endpoint: 'Mistral',
    settings: { endpointType: 'custom' },
    messages: ordered.map((message, index) => readMessage(message, index))
  }
}

function readMessage (message: JsonObject, index: number): MessageDraft {
  const isCreatedByUser = message.role === 'user'
  const chunks = (Array.isArray(message.contentChunks) ? message.contentChunks : []).filter(isObject)
  const { text, assets } = joinRendered([
    readChunks(chunks.filter((chunk) => !isReasoning(chunk)), message.content),
    ...objectsOf(message.canvas).map(readCanvas),
    ...objectsOf(message.files).map((file) => readMedia({ kind: stringOf(file.type) === 'image' ? 'image' : 'file', name: stringOf(file.name) }))
  ])
  const thoughts = chunks.filter(isReasoning).map(({ text }) => typeof text === 'string' ? text : '').join('')
  const calls = chunks.filter(({ type }) => type === 'tool_call').map(readCall)
  return {
    key: String(index),
    parent: index === 0 ? null : String(index - 1),
    ...fromParts([thinkPart(thoughts), ...calls, textPart(text)]),
    sourceId: stringOf(message.id),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : 'Le Chat',
    model: stringOf(message.model),
    createdAt: message.createdAt,
    metadata: mediaMetadata(assets, []),
    feedback: readReaction(message)
  }
}

function isReasoning ({ type, context, _context: about }: JsonObject): boolean {
  return type === 'reasoning' || type === 'thinking' || context === 'reasoning' || objectOf(about).type === 'reasoning' || objectOf(context).type === 'reasoning'
}

/** Text chunks run on, as marks between them only interrupt; `content` stands in where they say nothing. */
function readChunks (chunks: readonly JsonObject[], content: JsonValue | undefined): Rendered {
  const texts = chunks.filter(({ type }) => type === 'text').map(({ text }) => typeof text === 'string' ? text : '').join('')
  const others = chunks.filter(({ type }) => type !== 'text').map(readChunk)
  return joinRendered([renderedText(texts.trim() === '' ? stringOf(content) ?? '' : texts), ...others])
}

function readChunk (chunk: JsonObject): Rendered {
  switch (chunk.type) {
    case 'tool_call':
    case 'reference': return renderedText(null)
    case 'image_url': return readMedia({ kind: 'image', pointer: stringOf(chunk.imageUrl) })
  }
  const text = stringOf(chunk.text)
  return text === null ? readMedia({ kind: stringOf(chunk.type) ?? 'unknown' }) : renderedText(text)
}

function readCanvas (canvas: JsonObject): Rendered {
  return renderedText([stringOf(canvas.title), stringOf(canvas.content)].filter((text) => text !== null).join('\n\n'))
}

function readCall (chunk: JsonObject): ContentPart {
  const output = toolText(chunk.publicResult)
  return callPart({ id: stringOf(chunk.id), name: stringOf(chunk.name) ?? 'tool', args: toolText(chunk.publicArguments) }, output === '' ? null : output)
}

function readReaction (message: JsonObject): NonNullable<MessageDraft['feedback']> | null {
  const rating = message.reaction === 'like' ? 'thumbsUp' : message.reaction === 'dislike' ? 'thumbsDown' : null
  const text = stringOf(message.reactionComment)
  return rating === null ? null : { rating, ...(text !== null && { text }) }
}
