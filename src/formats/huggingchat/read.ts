import { type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { joinRendered, type Rendered } from '../kit/rendered.js'
import { kindOfType, readMedia } from '../kit/media.js'
import { idOf, linkById, messageObjects } from '../kit/link-by-id.js'
import { fromParts, textPart, thinkPart } from '../kit/message-parts.js'
import { mediaMetadata, readPages, withPages } from '../kit/citations.js'
import { splitThinking } from '../kit/thinking-tags.js'

const speakers = new Set<unknown>(['user', 'assistant', 'system'])

/**
 * HuggingFace's chat-ui (HuggingChat): its export, and dumps of its database. One element per conversation, each
 * message naming all its `ancestors`; conversations from before there were branches name none and are a line.
 *
 * Every message with something to see becomes one message. System messages, usually one and empty at the root, are
 * never shown and only links. Reasoning that stands both apart and in the answer is kept once. The export gives every
 * message the names of all files of its conversation, so each name is shown once, where it first appears.
 */
export const huggingChat: ImportFormat = {
  name: 'huggingchat',
  label: 'HuggingChat',

  matches ({ messages }) {
    return objectsOf(messages).some(({ from }) => speakers.has(from))
  },

  convert (element) {
    const found = messageObjects(element.messages)
    const links = linkById(found.map(({ id, ancestors, children }) => ({
      id: idOf(id),
      parentId: Array.isArray(ancestors) ? idOf(ancestors.at(-1)) : null,
      childIds: children
    })))
    const shownFiles = new Set<string>()
    const conversationModel = stringOf(element.model)
    const messages = found.map((message, index) => ({
      ...links[index] ?? { key: String(index), parent: null },
      ...readMessage(message, conversationModel, shownFiles)
    }))
    const prompt = stringOf(element.preprompt) ?? found.filter(({ from }) => from === 'system').map(({ content }) => stringOf(content)).find((text) => text !== null)
    return [{
      sourceId: idOf(element._id) ?? idOf(element.id),
      title: stringOf(element.title),
      endpoint: 'huggingface',
      model: conversationModel,
      createdAt: element.createdAt,
      updatedAt: element.updatedAt,
      settings: { endpointType: 'custom', ...(prompt && { promptPrefix: prompt }) },
      messages
    }]
  }
}

function readMessage (message: JsonObject, conversationModel: string | null, shownFiles: Set<string>): Omit<MessageDraft, 'key' | 'parent'> {
  const isCreatedByUser = message.from === 'user'
  const base = { sourceId: idOf(message.id), isCreatedByUser, createdAt: message.createdAt, updatedAt: message.updatedAt }
  if (message.from === 'system') return { ...base, keep: false, text: '' }
  const files = joinRendered(filesOf(message, shownFiles))
  const pages = readPages(objectsOf(objectOf(message.webSearch).contextSources).map(({ link, title }) => ({ url: link, title })))
  const model = isCreatedByUser ? null : stringOf(objectOf(message.routerMetadata).model) ?? conversationModel
  return {
    ...base,
    sender: isCreatedByUser ? 'user' : model ?? 'assistant',
    ...fromParts([...answerParts(message, isCreatedByUser), textPart(files.text), textPart(withPages('', pages))]),
    model,
    metadata: mediaMetadata(files.assets, pages),
    feedback: message.score === 1 ? { rating: 'thumbsUp' } : message.score === -1 ? { rating: 'thumbsDown' } : null,
    unfinished: message.interrupted === true
  }
}

function answerParts ({ content, reasoning }: JsonObject, isCreatedByUser: boolean) {
  const text = stringOf(content) ?? ''
  if (isCreatedByUser) return [textPart(text)]
  const thought = stringOf(reasoning)
  const parts = splitThinking(text)
  const isTwice = parts.some((part) => part.type === 'think' && part.think === thought?.trim())
  return thought === null || isTwice ? parts : [thinkPart(thought), ...parts]
}

function filesOf ({ files }: JsonObject, shown: Set<string>): Rendered[] {
  return (Array.isArray(files) ? files : []).flatMap((file) => {
    if (typeof file !== 'string') return isObject(file) ? [readStoredFile(file)] : []
    if (shown.has(file) || file.trim() === '') return []
    shown.add(file)
    return [readMedia({ kind: kindOfName(file), name: file })]
  })
}

/** A file of a database dump; its `value` is a hash, or the Base64 of the whole file. */
function readStoredFile ({ name, mime, type, value }: JsonObject): Rendered {
  const mimeType = stringOf(mime)
  const isHash = type === 'hash'
  return readMedia({ kind: kindOfType(mimeType), name: stringOf(name), type: mimeType, pointer: isHash ? stringOf(value) : null })
}

function kindOfName (name: JsonValue): string {
  return /\.(?:png|jpe?g|gif|webp)$/i.test(String(name)) ? 'image' : 'file'
}
