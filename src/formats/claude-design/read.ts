import { type ContentPart, type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { joinRendered, type Rendered } from '../kit/rendered.js'
import { fencedDocument } from '../kit/fence.js'
import { readMedia } from '../kit/media.js'
import { toolText } from '../kit/message-content.js'
import { linkById, messageObjects } from '../kit/link-by-id.js'
import { callPart, errorPart, fromParts, textPart, thinkPart } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'

/**
 * A chat of Claude Design, from `design_chats/` of a Claude export: a line of `messages` whose `content` is an object.
 *
 * Every message with something to see becomes one message. Attached text is fenced, other attachments are
 * placeholders, hidden ones are left out; what the user threw in while Claude worked stays in Claude's message, quoted.
 */
export const claudeDesign: ImportFormat = {
  name: 'claude-design',
  label: 'Claude Design',

  matches (element) {
    return 'project' in element && objectsOf(element.messages).some(({ content }) => isObject(content))
  },

  convert (element) {
    const messages = messageObjects(element.messages)
    const links = linkById(messages.map(({ uuid }) => ({ id: stringOf(uuid), parentId: null })))
    const project = stringOf(objectOf(element.project).name)
    return [{
      sourceId: stringOf(element.uuid),
      title: stringOf(element.title) ?? stringOf(element.name),
      endpoint: 'anthropic',
      createdAt: element.created_at,
      updatedAt: element.updated_at,
      tags: project === null ? [] : [project],
      messages: messages.map((message, index) => ({ ...links[index] ?? { key: String(index), parent: null }, ...readMessage(message) }))
    }]
  }
}

function readMessage (message: JsonObject): Omit<MessageDraft, 'key' | 'parent'> {
  const content = isObject(message.content) ? message.content : { content: message.content }
  const isCreatedByUser = (stringOf(message.role) ?? stringOf(content.role)) === 'user'
  const blocks = objectsOf(content.contentBlocks).flatMap(readBlock)
  const hasProse = blocks.some(({ type }) => type === 'text')
  const files = joinRendered(objectsOf(content.attachments).filter(({ hidden }) => hidden !== true).map(readAttachment))
  return {
    sourceId: stringOf(message.uuid) ?? stringOf(content.id),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : 'Claude',
    ...fromParts([...blocks, ...hasProse ? [] : [textPart(stringOf(content.content))], textPart(files.text)]),
    createdAt: message.created_at ?? content.timestamp,
    updatedAt: message.updated_at,
    metadata: mediaMetadata(files.assets, [])
  }
}

function readBlock (block: JsonObject): ContentPart[] {
  const text = stringOf(block.text) ?? stringOf(block.message)
  switch (block.type) {
    case 'thinking': return [thinkPart(stringOf(block.thinking) ?? text)]
    case 'error': return [errorPart(text)]
    case 'user_interjection': return text === null ? [] : [textPart(text.replace(/^/gm, '> '))]
    case 'tool_call': return [readCall(objectOf(block.toolCall))]
  }
  return text === null ? [] : [textPart(text)]
}

function readCall ({ id, name, input, output }: JsonObject): ContentPart {
  const isAnswered = output !== undefined && output !== null
  return callPart({ id: stringOf(id), name: stringOf(name) ?? 'tool', args: toolText(input) }, isAnswered ? toolText(output) : null)
}

function readAttachment (attachment: JsonObject): Rendered {
  const name = stringOf(attachment.name) ?? stringOf(attachment.path)
  const media = readMedia({ kind: stringOf(attachment.type) ?? 'file', name, pointer: stringOf(attachment.path) })
  const content = attachment.type === 'image' ? null : stringOf(attachment.content)
  return content === null ? media : { text: fencedDocument(name ?? 'document.txt', content), assets: media.assets }
}
