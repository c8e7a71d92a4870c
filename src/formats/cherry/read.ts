import { answerParts } from '../kit/answer-parts.js'
import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { fence } from '../kit/fence.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readMedia } from '../kit/media.js'
import { outputText, toolText } from '../kit/message-content.js'
import { errorPart, fromParts } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'

/**
 * Cherry Studio's backup (`data.json`): topics with messages, whose `blocks` name the rows of `message_blocks` that they
 * are made of; earlier versions have the text in the message. Answers with one `askId` are siblings, and the chat goes on
 * below the last of them. Titles of topics, and nothing else, come from the settings; those also hold API keys.
 */
export const cherry: ImportFormat = {
  name: 'cherry-studio',
  label: 'Cherry Studio',

  matches ({ indexedDB }) {
    return Array.isArray(objectOf(indexedDB).topics)
  },

  convert (element) {
    const database = objectOf(element.indexedDB)
    const blocks = new Map(objectsOf(database.message_blocks).map((block) => [stringOf(block.id), block]))
    const titles = titlesIn(element)
    return objectsOf(database.topics).map((topic): ConversationDraft => {
      const messages = readMessages(objectsOf(topic.messages), blocks)
      const about = titles.get(stringOf(topic.id)) ?? {}
      return {
        sourceId: stringOf(topic.id),
        title: stringOf(topic.name) ?? stringOf(about.name),
        endpoint: 'openAI',
        model: messages.findLast(({ model }) => model)?.model ?? null,
        createdAt: topic.createdAt ?? about.createdAt,
        updatedAt: topic.updatedAt ?? about.updatedAt,
        pinned: about.pinned === true,
        messages
      }
    })
  }
}

/** The topics that the settings list below their assistants, by their ids. */
function titlesIn ({ localStorage }: JsonObject): Map<string | null, JsonObject> {
  const { assistants } = parsed(objectOf(localStorage)['persist:cherry-studio'])
  const topics = objectsOf(parsed(assistants).assistants).flatMap((assistant) => objectsOf(assistant.topics))
  return new Map(topics.map((topic) => [stringOf(topic.id), topic]))
}

function parsed (json: JsonValue | undefined): JsonObject {
  if (typeof json !== 'string') return objectOf(json)
  try {
    return objectOf(JSON.parse(json))
  } catch {
    return {}
  }
}

function readMessages (rows: readonly JsonObject[], blocks: ReadonlyMap<string | null, JsonObject>): MessageDraft[] {
  const forks = new Map<string, string | null>()
  let last: string | null = null
  return rows.map((row, index) => {
    const key = String(index)
    const ask = row.role === 'assistant' ? stringOf(row.askId) : null
    const parent: string | null = forks.get(ask ?? '') ?? last
    if (ask !== null && !forks.has(ask)) forks.set(ask, parent)
    last = key
    return { key, parent, ...readMessage(row, blocks) }
  })
}

function readMessage (row: JsonObject, blocks: ReadonlyMap<string | null, JsonObject>): Omit<MessageDraft, 'key' | 'parent'> {
  const isCreatedByUser = row.role === 'user'
  const own = (Array.isArray(row.blocks) ? row.blocks : []).map((id) => blocks.get(stringOf(id))).filter(isObject)
  const answer = answerParts(new Map())
  const assets: JsonObject[] = []
  answer.think(stringOf(row.reasoning_content) ?? '')
  // Messages that were taken over from an earlier version may have their text twice.
  if (!own.some(({ type, content }) => type === 'main_text' && stringOf(content) !== null)) answer.text(stringOf(row.content) ?? '')
  for (const block of own) {
    switch (block.type) {
      case 'thinking': answer.think(stringOf(block.content) ?? ''); break
      case 'tool': {
        const id = stringOf(block.toolId) ?? stringOf(block.id)
        const call = objectOf(objectOf(block.metadata).rawMcpToolResponse)
        const name = [block.toolName, objectOf(call.tool).name, objectOf(block.metadata).name].map(stringOf).find((name) => name !== null)
        answer.call({ id, name: name ?? 'tool', args: toolText(block.arguments ?? call.arguments) })
        const output = outputText(block.content ?? call.response)
        if (output !== '') answer.output(id, output)
        break
      }
      case 'error': answer.part(errorPart(stringOf(objectOf(block.error).message) ?? stringOf(block.content) ?? 'error')); break
      case 'code': answer.text(fence(stringOf(block.content) ?? '', stringOf(block.language))); break
      case 'image':
      case 'file':
      case 'video': {
        const file = objectOf(block.file)
        const media = readMedia({ kind: block.type, pointer: stringOf(file.id), name: stringOf(file.origin_name) ?? stringOf(file.name) })
        answer.text(media.text)
        assets.push(...media.assets)
        break
      }
      default: answer.text(stringOf(block.content) ?? '')
    }
  }
  const model = stringOf(objectOf(row.model).id) ?? stringOf(row.modelId)
  return {
    ...fromParts(answer.parts()),
    ...(row.role === 'system' && { keep: false }),
    sourceId: stringOf(row.id),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : stringOf(objectOf(row.model).name) ?? model ?? 'assistant',
    model: isCreatedByUser ? null : model,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    metadata: mediaMetadata(assets, [])
  }
}
