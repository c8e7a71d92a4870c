import { type ConversationDraft, type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, stringOf } from '../kit/json-value.js'
import { readLobeMessage } from './messages.js'
import { type LobeTables, readTables } from './tables.js'
import { answeredCalls, type LobeAnswers } from './tools.js'
import { messageObjects } from '../kit/link-by-id.js'
import { ownId } from '../kit/own-id.js'
import { byTime } from '../kit/time-order.js'
import { lobechatSidecars } from './sidecars.js'

/** LibreChat's own endpoints by LobeChat's names for their providers; every other provider is a custom endpoint. */
const endpoints = new Map([['openai', 'openAI'], ['azure', 'azureOpenAI'], ['anthropic', 'anthropic'], ['google', 'google'], ['bedrock', 'bedrock']])

/**
 * LobeChat's exports: the client's (`exportType`, `state`) and the dump of its database (`mode`, `schemaHash`, `data`).
 * One element is the whole file. Each topic is a conversation, and so is what was said outside of topics in each
 * session; the session gives system prompt, model and parameters, its name, group and tags become tags.
 *
 * Every message with something to see becomes one message, in the order of time. A tool's message is folded into the
 * call it answers, and its own where there is no such call; system messages are only links. A message without parent
 * follows the one before it in its conversation, or in its thread, a side branch of the message the thread hangs on.
 * Settings, keys of providers and configurations of plugins are never read.
 */
export const lobechat: ImportFormat = {
  name: 'lobechat',
  label: 'LobeChat',
  sidecars: lobechatSidecars,

  matches ({ exportType, version, state, data, mode, schemaHash }) {
    if (isObject(state) && (typeof exportType === 'string' || typeof version === 'number')) return Array.isArray(state.messages)
    return isObject(data) && Array.isArray(data.messages) && (mode === 'pglite' || mode === 'postgres' || typeof schemaHash === 'string')
  },

  convert (element) {
    const tables = readTables(element)
    const groups = new Map<string, JsonObject[]>(tables.topics.flatMap(({ id }) => typeof id === 'string' ? [[`topic:${id}`, []]] : []))
    for (const message of messageObjects(tables.messages)) {
      const group = groupOf(message)
      const list = groups.get(group)
      if (list === undefined) groups.set(group, [message])
      else list.push(message)
    }
    const topics = new Map(tables.topics.map((topic) => [`topic:${stringOf(topic.id)}`, topic]))
    return [...groups].map(([group, messages]) => readConversation(group, topics.get(group) ?? null, byTime(messages, ({ createdAt }) => createdAt), tables))
  }
}

function groupOf ({ topicId, sessionId, agentId }: JsonObject): string {
  const topic = stringOf(topicId)
  return topic === null ? `session:${stringOf(sessionId) ?? stringOf(agentId) ?? 'inbox'}` : `topic:${topic}`
}

function readConversation (group: string, topic: JsonObject | null, rows: readonly JsonObject[], tables: LobeTables): ConversationDraft {
  const owner = [topic?.sessionId, topic?.agentId, rows[0]?.sessionId, rows[0]?.agentId].map(stringOf).find((id) => id !== null && tables.sessions.has(id))
  const session = tables.sessions.get(owner ?? '')
  const messages = readMessages(rows, tables, session?.model ?? null)
  const title = stringOf(topic?.title)
  const { systemRole = null, params = {} } = session ?? {}
  const endpoint = session?.provider ? endpointOf(session.provider) : messages.findLast(({ endpoint }) => endpoint)?.endpoint ?? 'openAI'
  const isCustom = ![...endpoints.values()].includes(endpoint)
  return {
    sourceId: ownId(group.replace(/^topic:/, ''), messages),
    title: title ?? session?.title ?? null,
    endpoint,
    model: session?.model ?? messages.findLast(({ model }) => model)?.model ?? null,
    createdAt: topic?.createdAt,
    updatedAt: topic?.updatedAt,
    pinned: topic === null ? session?.pinned === true : topic.favorite === true || topic.favorite === 1,
    tags: [title === null ? null : session?.title ?? null, ...session?.tags ?? []].filter((tag) => tag !== null),
    settings: { ...params, ...(systemRole !== null && { promptPrefix: systemRole }), ...(isCustom && { endpointType: 'custom' }) },
    messages
  }
}

function readMessages (rows: readonly JsonObject[], tables: LobeTables, sessionModel: string | null): MessageDraft[] {
  const answers = answeredCalls(rows, tables)
  const links = linkMessages(rows, tables, answers)
  return links.map((link, place) => {
    const row = rows[place] ?? {}
    const provider = stringOf(row.provider) ?? stringOf(objectOf(row.extra).fromProvider)
    const message = readLobeMessage(row, place, { ...tables, answers, sessionModel })
    return { ...link, ...message, ...(provider !== null && { endpoint: endpointOf(provider) }) }
  })
}

function endpointOf (provider: string): string {
  return endpoints.get(provider) ?? provider
}

function linkMessages (rows: readonly JsonObject[], tables: LobeTables, answers: LobeAnswers): Array<Pick<MessageDraft, 'key' | 'parent'>> {
  const places = new Map<string, string>()
  for (const [place, { id }] of rows.entries()) {
    if (typeof id === 'string' && !places.has(id)) places.set(id, String(place))
  }
  const lastOf = new Map<string, number>()
  return rows.map((row, place) => {
    const thread = stringOf(row.threadId) ?? ''
    const last = lastOf.get(thread)
    lastOf.set(thread, place)
    const before = last === undefined ? places.get(tables.threads.get(thread) ?? '') ?? null : String(last)
    const named = places.get(stringOf(row.parentId) ?? '') ?? null
    // What is said after a tool answered may still name the question as its parent, which would make it another answer.
    const continues = row.role === 'assistant' && last !== undefined && rows[last]?.role === 'tool'
    const call = answers.folded.get(place)
    return { key: String(place), parent: call !== undefined ? String(call) : continues ? before : named ?? before }
  })
}
