import { answerParts } from '../kit/answer-parts.js'
import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readMessageContent, toolText } from '../kit/message-content.js'
import { readMedia } from '../kit/media.js'
import { fromParts, textPart } from '../kit/message-parts.js'
import { type Rendered } from '../kit/rendered.js'
import { splitThinking } from '../kit/thinking-tags.js'
import { mediaMetadata } from '../kit/citations.js'

/**
 * A chat of LM Studio, `<time>.conversation.json`: every message has `versions`, which are siblings, and the chat goes on
 * below the one that was selected. Steps of an answer belong together: thoughts, text, calls and their results.
 */
export const lmstudio: ImportFormat = {
  name: 'lm-studio',
  label: 'LM Studio',

  matches ({ messages }) {
    return Array.isArray(messages) && messages.some((message) => isObject(message) && Array.isArray(message.versions))
  },

  convert (element, { fileTitle }) {
    const messages = readMessages(objectsOf(element.messages))
    const system = stringOf(element.systemPrompt)
    const conversation: ConversationDraft = {
      // The file is named by the time it was made, which is also in it.
      sourceId: numberOf(element.createdAt) === null ? null : `${numberOf(element.createdAt)}`,
      title: stringOf(element.name) ?? (/^\d+/.test(fileTitle ?? '') ? null : fileTitle),
      endpoint: 'LM Studio',
      model: messages.findLast(({ model }) => model)?.model ?? null,
      createdAt: element.createdAt,
      updatedAt: element.assistantLastMessagedAt ?? element.userLastMessagedAt,
      pinned: element.pinned === true,
      settings: { endpointType: 'custom', ...(system !== null && { promptPrefix: system }) },
      messages
    }
    return [conversation]
  }
}

function readMessages (rows: readonly JsonObject[]): MessageDraft[] {
  const messages: MessageDraft[] = []
  let above: string | null = null
  for (const [place, row] of rows.entries()) {
    const versions = objectsOf(row.versions)
    const selected = numberOf(row.currentlySelected) ?? 0
    const below: string | null = above
    for (const [index, version] of versions.entries()) {
      const key = `${place}.${index}`
      messages.push({ key, parent: below, ...readVersion(version) })
      if (index === 0 || index === selected) above = key
    }
  }
  return messages
}

function readVersion (version: JsonObject): Omit<MessageDraft, 'key' | 'parent'> {
  const isCreatedByUser = version.role === 'user'
  const answer = answerParts(new Map())
  const assets: JsonObject[] = []
  const steps = Array.isArray(version.steps) ? objectsOf(version.steps) : [{ type: 'contentBlock', content: version.content }]
  for (const step of steps) {
    if (step.type !== 'contentBlock' && step.type !== 'toolStatus') continue
    const isThought = objectOf(step.style).type === 'thinking'
    for (const part of contentOf(step.content)) {
      if (part.type === 'toolCallRequest') {
        answer.call({ id: idOf(part), name: stringOf(part.name) ?? 'tool', args: toolText(part.parameters ?? part.arguments) })
      } else if (part.type === 'toolCallResult') {
        answer.output(idOf(part), toolText(part.content))
      } else {
        const read = part.type === 'file' ? readFile(part) : readMessageContent(part)
        if (isThought) answer.think(read.text)
        else for (const piece of isCreatedByUser ? [textPart(read.text)] : splitThinking(read.text)) answer.part(piece)
        assets.push(...read.assets)
      }
    }
  }
  const model = stringOf(objectOf(version.senderInfo).senderName) ?? stringOf(objectOf(steps.find((step) => isObject(step.genInfo))?.genInfo).identifier)
  const { keep, ...words } = fromParts(answer.parts())
  return {
    ...words,
    keep: keep && version.role !== 'system',
    sourceId: null,
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : model ?? 'assistant',
    model: isCreatedByUser ? null : model,
    metadata: mediaMetadata(assets, [])
  }
}

function readFile ({ fileType: type, fileIdentifier: id, name }: JsonObject): Rendered {
  return readMedia({ kind: type === 'image' ? 'image' : 'file', name: stringOf(name) ?? stringOf(id) })
}

function contentOf (content: JsonValue | undefined): JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objectsOf(content)
}

function idOf (part: JsonObject): string | null {
  const id = part.callId ?? part.toolCallRequestId ?? part.toolCallId
  return typeof id === 'number' ? String(id) : stringOf(id)
}
