import { answerParts } from '../kit/answer-parts.js'
import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readMessageContent, toolText } from '../kit/message-content.js'
import { fromParts } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'
import { byTime } from '../kit/time-order.js'

/**
 * A chat of OpenRouter's chatroom (`orpg.3.0`): maps of `characters`, `messages` and `items` in no order.
 *
 * An answer names its question; several models' answers to one question are siblings. A question names nobody and
 * follows the last answer that was given before it.
 */
export const openrouter: ImportFormat = {
  name: 'openrouter',
  label: 'OpenRouter',

  matches ({ version, messages, items }) {
    return typeof version === 'string' && version.startsWith('orpg.') && isObject(messages) && isObject(items)
  },

  convert (element, { fileTitle }) {
    const messages = readMessages(element)
    const conversation: ConversationDraft = {
      sourceId: stringOf(element.id),
      title: stringOf(element.title) ?? fileTitle,
      endpoint: 'OpenRouter',
      model: messages.findLast(({ model }) => model)?.model ?? null,
      createdAt: element.createdAt,
      settings: { endpointType: 'custom' },
      messages
    }
    return [conversation]
  }
}

function readMessages (element: JsonObject): MessageDraft[] {
  const rows = byTime(rowsOf(element.messages), ({ createdAt }) => createdAt)
  let question: string | null = null
  let above: string | null = null
  return rows.map((row, index) => {
    const key = stringOf(row.id) ?? String(index)
    const isCreatedByUser = row.type === 'user' || row.characterId === 'USER'
    const named = stringOf(row.parentMessageId)
    const parent: string | null = named ?? (isCreatedByUser ? above : question)
    if (isCreatedByUser) question = key
    above = key
    return { key, parent, sourceId: stringOf(row.id), isCreatedByUser, ...readMessage(row, element, isCreatedByUser) }
  })
}

/** The objects of a map, with their keys as ids where they tell none. */
function rowsOf (map: JsonValue | undefined): JsonObject[] {
  return Object.entries(objectOf(map)).flatMap(([key, row]) => isObject(row) ? [{ ...row, id: stringOf(row.id) ?? key }] : [])
}

function readMessage (row: JsonObject, element: JsonObject, isCreatedByUser: boolean): Omit<MessageDraft, 'key' | 'parent' | 'sourceId' | 'isCreatedByUser'> {
  const items = rowsOf(element.items)
  const byId = new Map(items.map((item) => [stringOf(item.id), item]))
  const listed = objectsOf(row.items).map(({ id }) => byId.get(stringOf(id))).filter((item) => item !== undefined)
  const own = listed.length > 0 ? listed : items.filter(({ messageId }) => stringOf(messageId) !== null && messageId === row.id)
  const character = objectOf(objectOf(element.characters)[stringOf(row.characterId) ?? ''])
  const answer = answerParts(new Map())
  const assets: JsonObject[] = []
  for (const item of own) {
    const data = objectOf(item.data)
    const read = readMessageContent(data.content)
    assets.push(...read.assets)
    if (data.type === 'reasoning') answer.think([...objectsOf(data.summary), ...objectsOf(data.content)].map(({ text }) => stringOf(text)).filter((text) => text !== null).join('\n\n'))
    else if (data.type === 'function_call') answer.call({ id: stringOf(data.call_id) ?? stringOf(data.id), name: stringOf(data.name) ?? 'tool', args: toolText(data.arguments) })
    else if (data.type === 'function_call_output') answer.output(stringOf(data.call_id), toolText(data.output))
    else answer.text(read.text)
  }
  const model = stringOf(character.model)
  return {
    ...fromParts(answer.parts()),
    sender: isCreatedByUser ? 'user' : stringOf(character.name) ?? model ?? 'assistant',
    model: isCreatedByUser ? null : model,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    metadata: mediaMetadata(assets, [])
  }
}
