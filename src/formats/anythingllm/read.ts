import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { splitThinking } from '../kit/thinking-tags.js'
import { fromParts, textPart } from '../kit/message-parts.js'
import { idOf } from '../kit/link-by-id.js'
import { byTime } from '../kit/time-order.js'

/**
 * Rows of a `prompt` and its `response`, as AnythingLLM exports the chats of its workspaces and small scripts log them.
 * The rows of one workspace (and thread) are one conversation, oldest first.
 */
export const anythingLlm: ImportFormat = {
  name: 'anythingllm',
  label: 'AnythingLLM',
  collects: true,

  matches ({ prompt, response }) {
    return typeof prompt === 'string' && typeof response === 'string'
  },

  convert ({ messages }) {
    const chats = new Map<string, JsonObject[]>()
    for (const row of objectsOf(messages)) {
      const key = JSON.stringify([stringOf(row.workspace) ?? stringOf(objectOf(row.workspace).name), idOf(row.thread_id ?? row.threadId)])
      const chat = chats.get(key)
      if (chat === undefined) chats.set(key, [row])
      else chat.push(row)
    }
    return [...chats.values()].map(readChat)
  }
}

function readChat (rows: readonly JsonObject[]): ConversationDraft {
  const ordered = byTime(rows, timeOf)
  const [first = {}] = ordered
  return {
    sourceId: null,
    title: stringOf(first.workspace) ?? stringOf(objectOf(first.workspace).name),
    endpoint: 'openAI',
    createdAt: timeOf(first),
    messages: ordered.flatMap(readRow)
  }
}

function readRow (row: JsonObject, index: number): MessageDraft[] {
  const id = idOf(row.id)
  const rating = row.rating === 'GOOD' ? 'thumbsUp' : row.rating === 'BAD' ? 'thumbsDown' : null
  return [
    {
      key: `${index} prompt`,
      parent: index === 0 ? null : `${index - 1} response`,
      ...fromParts([textPart(stringOf(row.prompt))]),
      sourceId: id === null ? null : `${id} prompt`,
      isCreatedByUser: true,
      createdAt: timeOf(row)
    },
    {
      key: `${index} response`,
      parent: `${index} prompt`,
      ...fromParts(splitThinking(stringOf(row.response) ?? '')),
      sourceId: id === null ? null : `${id} response`,
      isCreatedByUser: false,
      model: stringOf(row.model),
      createdAt: timeOf(row),
      feedback: rating === null ? null : { rating }
    }
  ]
}

function timeOf (row: JsonObject): JsonValue | undefined {
  return row.sent_at ?? row.created_at ?? row.createdAt ?? row.timestamp
}
