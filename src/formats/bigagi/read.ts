import { answerParts } from '../kit/answer-parts.js'
import { type ConversationDraft, type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readMedia } from '../kit/media.js'
import { toolText } from '../kit/message-content.js'
import { errorPart, fromParts } from '../kit/message-parts.js'
import { ownId } from '../kit/own-id.js'
import { mediaMetadata } from '../kit/citations.js'

/**
 * big-AGI's export of one conversation or of all: messages with `text` in its first version, with `fragments` in the
 * second. The title is the user's own, else the one that was made.
 */
export const bigagi: ImportFormat = {
  name: 'big-agi',
  label: 'big-AGI',

  matches (element) {
    return Array.isArray(element.messages) && ('systemPurposeId' in element || element.messages.some((message) => isObject(message) && Array.isArray(message.fragments)))
  },

  convert (element) {
    const messages = objectsOf(element.messages).map(readMessage)
    const conversation: ConversationDraft = {
      sourceId: ownId(element.id, messages),
      title: stringOf(element.userTitle) ?? stringOf(element.autoTitle) ?? stringOf(element.title),
      endpoint: 'openAI',
      model: messages.findLast(({ model }) => model)?.model ?? null,
      createdAt: element.created,
      updatedAt: element.updated,
      isArchived: element.isArchived === true,
      messages
    }
    return [conversation]
  }
}

function readMessage (row: JsonObject, index: number): MessageDraft {
  const isCreatedByUser = row.role === 'user'
  const answer = answerParts(new Map())
  const assets: JsonObject[] = []
  if (!Array.isArray(row.fragments)) answer.text(stringOf(row.text) ?? '')
  for (const { part, title } of objectsOf(row.fragments)) {
    const { pt: kind, text, aText, error, id, invocation, response, result = response } = objectOf(part)
    if (kind === 'ma') answer.think(stringOf(aText) ?? '')
    else if (kind === 'error') answer.part(errorPart(stringOf(error)))
    else if (kind === 'tool_invocation') answer.call({ id: stringOf(id), name: stringOf(objectOf(invocation).name) ?? 'tool', args: toolText(objectOf(invocation).args ?? objectOf(invocation).code) })
    else if (kind === 'tool_response') answer.output(stringOf(id), toolText(objectOf(result).result ?? objectOf(result).output ?? error))
    else if (typeof text === 'string') answer.text(text)
    else if (typeof kind === 'string' && kind !== 'ph' && kind !== '_pt_sentinel') {
      const media = readMedia({ kind: kind.startsWith('image') ? 'image' : 'file', name: stringOf(objectOf(part).altText) ?? stringOf(objectOf(part).title) ?? stringOf(title) })
      answer.text(media.text)
      assets.push(...media.assets)
    }
  }
  const model = stringOf(objectOf(row.generator).name) ?? stringOf(row.originLLM)
  const tokens = numberOf(row.tokenCount)
  const { keep, ...words } = fromParts(answer.parts())
  return {
    key: String(index),
    parent: index === 0 ? null : String(index - 1),
    ...words,
    keep: keep && row.role !== 'system',
    sourceId: stringOf(row.id),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : model ?? 'assistant',
    model: isCreatedByUser ? null : model,
    createdAt: row.created,
    updatedAt: row.updated,
    metadata: mediaMetadata(assets, []),
    ...(tokens !== null && tokens > 0 && !isCreatedByUser && { tokenCount: tokens })
  }
}
