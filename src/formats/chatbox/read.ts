import { answerParts } from '../kit/answer-parts.js'
import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readMedia } from '../kit/media.js'
import { readMessageContent, outputText, toolText } from '../kit/message-content.js'
import { errorPart, fromParts } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'
import { ownId } from '../kit/own-id.js'

/**
 * Chatbox's export: `chat-sessions`, or since 2025 a member `session:<id>` for each session, whose messages have
 * `contentParts`. Older talks of a session (`threads`) are conversations of their own. `messageForksHash` keeps tails that
 * were replaced: each is a branch below its message. Settings and keys beside the sessions are not read.
 */
export const chatbox: ImportFormat = {
  name: 'chatbox',
  label: 'Chatbox',

  matches (element) {
    return sessionsIn(element).length > 0
  },

  convert (element) {
    const names = new Map(objectsOf(element['chat-sessions-list']).map((about) => [stringOf(about.id), about]))
    return sessionsIn(element).flatMap((session) => {
      const { name, starred } = names.get(stringOf(session.id)) ?? {}
      return readSession({ ...session, name: stringOf(session.name) ?? name, starred: session.starred ?? starred })
    })
  }
}

function sessionsIn (element: JsonObject): JsonObject[] {
  const keyed = Object.entries(element).filter(([key]) => key.startsWith('session:')).map(([, session]) => session)
  const listed = element['chat-sessions']
  return [...keyed, ...(Array.isArray(listed) ? listed : [])].filter(isObject).filter(({ messages }) => Array.isArray(messages))
}

function readSession (session: JsonObject): ConversationDraft[] {
  const threads = objectsOf(session.threads).map((thread) => readThread(thread, stringOf(thread.name) ?? stringOf(session.name), session))
  const current = readThread(session, stringOf(session.threadName) ?? stringOf(session.name), session)
  return current.messages.length === 0 && threads.length > 0 ? threads : [current, ...threads]
}

function readThread (thread: JsonObject, title: string | null, session: JsonObject): ConversationDraft {
  const { messages, system } = readMessages(objectsOf(thread.messages), objectOf(session.messageForksHash))
  return {
    sourceId: ownId(thread.id, messages),
    title,
    endpoint: 'openAI',
    model: messages.findLast(({ model }) => model)?.model ?? null,
    createdAt: thread.createdAt,
    pinned: session.starred === true,
    settings: { ...(system !== null && { promptPrefix: system }) },
    messages
  }
}

function readMessages (rows: readonly JsonObject[], forks: JsonObject): { messages: MessageDraft[], system: string | null } {
  const messages: MessageDraft[] = []
  const read = new Set<string>()
  let system: string | null = null
  const pending: Array<{ rows: readonly JsonObject[], below: string | null }> = [{ rows, below: null }]
  for (let branch = pending.pop(); branch !== undefined; branch = pending.pop()) {
    let { below } = branch
    for (const row of branch.rows) {
      const draft: MessageDraft = { key: String(messages.length), parent: below, ...readMessage(row) }
      if (row.role === 'system') system ??= stringOf(draft.text)
      messages.push(draft)
      below = draft.key
      const id = stringOf(row.id)
      if (id === null || read.has(id)) continue
      read.add(id)
      for (const { messages } of objectsOf(objectOf(forks[id]).lists)) pending.push({ rows: objectsOf(messages), below })
    }
  }
  return { messages, system }
}

function readMessage (row: JsonObject): Omit<MessageDraft, 'key' | 'parent'> {
  const isCreatedByUser = row.role === 'user'
  const answer = answerParts(new Map())
  const assets: JsonObject[] = []
  answer.think(stringOf(row.reasoningContent) ?? '')
  for (const part of contentOf(row)) {
    if (part.type === 'reasoning') {
      answer.think(stringOf(part.text) ?? '')
    } else if (part.type === 'tool-call') {
      const id = stringOf(part.toolCallId)
      answer.call({ id, name: stringOf(part.toolName) ?? 'tool', args: toolText(part.args) })
      if (part.result !== undefined && part.result !== null) answer.output(id, outputText(part.result))
    } else {
      const { text, assets: own } = part.type === 'image'
        ? readMedia({ kind: 'image', pointer: stringOf(part.storageKey) ?? stringOf(part.url) })
        : readMessageContent(part)
      answer.text(text)
      assets.push(...own)
    }
  }
  const error = stringOf(row.error)
  if (error !== null) answer.part(errorPart(error))
  const model = stringOf(row.model)
  const { keep, ...words } = fromParts(answer.parts())
  return {
    ...words,
    keep: keep && row.role !== 'system',
    sourceId: stringOf(row.id),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : model ?? 'assistant',
    model: isCreatedByUser ? null : model,
    createdAt: row.timestamp ?? row.createdAt,
    updatedAt: row.updatedAt,
    metadata: mediaMetadata(assets, [])
  }
}

function contentOf ({ contentParts, content }: JsonObject): JsonObject[] {
  const parts = objectsOf(contentParts)
  return parts.length > 0 ? parts : (Array.isArray(content) ? content : [content]).map((part: JsonValue | undefined) => isObject(part) ? part : { type: 'text', text: part })
}
