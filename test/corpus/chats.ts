import { chatgptChat } from './chatgpt-chat.js'
import { at, list, members, text, time } from './json.js'

/** A message as the file has it, or a mere link between messages. */
export interface Said {
  id: string
  parent: string | null
  visible: boolean
  time: number | null
  /** Of an answer. */
  model: string | null
}

export type Chat = Said[]

/** The conversations in a file, by the folder it is in. */
export function chatsOf (format: string, json: unknown): Chat[] {
  const read = readers[format]
  if (read === undefined) throw new Error(`nothing counts ${format}`)
  return read(json)
}

const readers: Record<string, (json: unknown) => Chat[]> = {
  chatgpt: (json) => entries(json, 'conversations').filter((entry) => at(entry, 'mapping') ?? at(entry, 'chat_messages'))
    .map((entry) => at(entry, 'chat_messages') ? claudeChat(entry) : chatgptChat(entry)),
  librechat: (json) => entries(json).map(librechatChat),
  claude: (json) => entries(json).map(claudeChat),
  'claude-design': (json) => [line(list(at(json, 'messages')).map((message) => ({
    visible: text(at(message, 'content', 'content')) !== null || list(at(message, 'content', 'contentBlocks')).length > 0,
    time: time(at(message, 'content', 'timestamp')) ?? time(at(message, 'created_at')),
    model: null
  })))],
  openwebui: (json) => entries(json).map((entry) => openWebUiChat(at(entry, 'chat') ?? entry)),
  deepseek: deepseekChats,
  grok: (json) => list(at(json, 'conversations')).map(grokChat),
  lobechat: lobeChats,
  chatbotui: (json) => list(at(json, 'history') ?? json).map((entry) => roles(at(entry, 'messages'), text(at(entry, 'model', 'id')))),
  betterchatgpt: (json) => entries(json, 'chats').map((entry) => roles(at(entry, 'messages'), text(at(entry, 'config', 'model')))),
  typingmind: (json) => list(at(json, 'data', 'chats')).filter((chat) => !at(chat, 'deletedAt')).map((chat) => roles(at(chat, 'messages'), text(at(chat, 'model')))),
  'mistral-lechat': (json) => [line(list(json)
    .map((message) => ({ visible: text(at(message, 'content')) !== null, time: time(at(message, 'createdAt')), model: null }))
    .sort((a, b) => (a.time ?? 0) - (b.time ?? 0)))],
  perplexity: (json) => [line(list(at(json, 'conversations') ?? at(json, 'entries')).flatMap((entry) => [
    { visible: true, time: time(at(entry, 'timestamp') ?? at(entry, 'entry_created_datetime')), model: null },
    { visible: true, time: time(at(entry, 'timestamp') ?? at(entry, 'entry_updated_datetime')), model: text(at(entry, 'model') ?? at(entry, 'display_model')) }
  ]))],
  'gemini-takeout': takeoutChats,
  'gemini-aistudio': (json) => [aiStudioChat(json)],
  generic: (json) => [at(json, 'details')
    ? line(list(at(json, 'messages')).map((message) => ({ visible: true, time: time(at(message, 'sentAt')), model: null })))
    : roles(at(json, 'messages'), null)]
}

/** A list as it is, the list in a wrapper, or one object as a list of one. */
function entries (json: unknown, wrapper = ''): unknown[] {
  if (Array.isArray(json)) return json
  return Array.isArray(at(json, wrapper)) ? list(at(json, wrapper)) : [json]
}

/** Messages one below the other. */
function line (messages: Array<Pick<Said, 'visible' | 'time' | 'model'>>): Chat {
  return messages.map((message, index) => ({ ...message, id: String(index), parent: index === 0 ? null : String(index - 1) }))
}

/** `{role, content}` one below the other, without system messages. */
function roles (messages: unknown, model: string | null): Chat {
  return line(list(messages).map((message) => ({
    visible: at(message, 'role') !== 'system' && (text(at(message, 'content')) !== null || list(at(message, 'content')).length > 0),
    time: time(at(message, 'createdAt')),
    model: at(message, 'role') === 'assistant' ? text(at(message, 'model')) ?? model : null
  })))
}

function librechatChat (conversation: unknown): Chat {
  const chat: Chat = []
  const add = (message: unknown, nestedIn: string | null) => {
    const id = String(at(message, 'messageId'))
    chat.push({
      id,
      parent: nestedIn ?? text(at(message, 'parentMessageId')),
      visible: true,
      time: time(at(message, 'createdAt')),
      model: text(at(message, 'model'))
    })
    for (const child of list(at(message, 'children'))) add(child, id)
  }
  for (const message of list(at(conversation, 'messagesTree') ?? at(conversation, 'messages'))) add(message, null)
  return chat
}

function claudeChat (conversation: unknown): Chat {
  const messages = list(at(conversation, 'chat_messages'))
  const isLinked = messages.some((message) => at(message, 'parent_message_uuid'))
  return messages.map((message, index) => ({
    id: String(at(message, 'uuid') ?? index),
    parent: isLinked ? text(at(message, 'parent_message_uuid')) : index === 0 ? null : String(at(messages[index - 1], 'uuid') ?? index - 1),
    visible: text(at(message, 'text')) !== null || list(at(message, 'attachments')).length > 0 || list(at(message, 'files')).length > 0 ||
      list(at(message, 'content')).some((block) => text(at(block, 'text')) !== null || at(block, 'type') === 'tool_use' || text(at(block, 'thinking')) !== null),
    time: time(at(message, 'created_at')),
    model: at(message, 'sender') === 'human' ? null : text(at(message, 'model')) ?? text(at(conversation, 'model'))
  }))
}

function openWebUiChat (chat: unknown): Chat {
  return members(at(chat, 'history', 'messages')).map(([id, message]) => ({
    id,
    parent: text(at(message, 'parentId')),
    visible: at(message, 'role') !== 'system' && (text(at(message, 'content')) !== null || Boolean(at(message, 'error')) || list(at(message, 'output')).length > 0),
    time: time(at(message, 'timestamp')),
    model: at(message, 'role') === 'user' ? null : text(at(message, 'model'))
  }))
}

function deepseekChats (json: unknown): Chat[] {
  const raw = at(json, 'data', 'biz_data', 'chat_messages')
  if (raw !== undefined) return [list(raw).map(deepseekApiMessage)]
  if (list(json).some((entry) => at(entry, 'children'))) return [deepseekTree(list(json), null)]
  return entries(json).map((conversation) => members(at(conversation, 'mapping')).map(([id, node]) => {
    const message = at(node, 'message')
    const fragments = list(at(message, 'fragments'))
    const isUser = fragments.length > 0 && fragments.every((fragment) => at(fragment, 'type') === 'REQUEST')
    return {
      id,
      parent: text(at(node, 'parent')),
      visible: text(at(message, 'content')) !== null || fragments.some((fragment) => text(at(fragment, 'content')) !== null),
      time: time(at(message, 'inserted_at')),
      model: isUser || (fragments.length === 0 && at(node, 'parent') === 'root') ? null : text(at(message, 'model'))
    }
  }))
}

function deepseekApiMessage (message: unknown): Said {
  return {
    id: String(at(message, 'message_id')),
    parent: at(message, 'parent_id') === null ? null : String(at(message, 'parent_id')),
    visible: text(at(message, 'content')) !== null || list(at(message, 'fragments')).some((fragment) => text(at(fragment, 'content')) !== null),
    time: time(at(message, 'inserted_at')),
    model: at(message, 'role') === 'USER' ? null : text(at(message, 'model'))
  }
}

function deepseekTree (nodes: unknown[], parent: string | null): Chat {
  return nodes.flatMap((node) => {
    const id = String(at(node, 'id'))
    return [
      { id, parent, visible: text(at(node, 'content')) !== null || text(at(node, 'thought')) !== null, time: null, model: null },
      ...deepseekTree(list(at(node, 'children')), id)
    ]
  })
}

function grokChat (conversation: unknown): Chat {
  const responses = list(at(conversation, 'responses')).map((entry) => at(entry, 'response') ?? entry)
  const isLinked = responses.some((response) => at(response, 'parent_response_id'))
  const ids = responses.map((response, index) => text(at(response, 'response_id')) ?? text(at(response, '_id')) ?? String(index))
  return responses.map((response, index) => ({
    id: ids[index] ?? '',
    parent: isLinked ? text(at(response, 'parent_response_id')) : ids[index - 1] ?? null,
    visible: text(at(response, 'message')) !== null,
    time: time(at(response, 'create_time')),
    model: at(response, 'sender') === 'human' ? null : text(at(response, 'model'))
  }))
}

function lobeChats (json: unknown): Chat[] {
  const messages = list(at(json, 'state', 'messages') ?? at(json, 'data', 'messages'))
  const topicOf = (message: unknown) => text(at(message, 'topicId')) ?? `none in ${String(at(message, 'sessionId'))}`
  const groups = [...new Set(messages.map(topicOf))].map((topic) => messages.filter((message) => topicOf(message) === topic))
  return groups.map((group) => group.map((message, index) => ({
    id: String(at(message, 'id')),
    parent: text(at(message, 'parentId')) ?? (index === 0 ? null : String(at(group[index - 1], 'id'))),
    // What a tool says is shown in the call it answers.
    visible: at(message, 'role') !== 'tool' && at(message, 'role') !== 'system',
    time: time(at(message, 'createdAt')),
    model: at(message, 'role') === 'user' ? null : text(at(message, 'model')) ?? text(at(message, 'extra', 'fromModel'))
  })))
}

/** Activities of Gemini in conversations with pauses of half an hour between them. */
function takeoutChats (json: unknown): Chat[] {
  const activities = list(json)
    .filter((activity) => /gemini|bard/i.test(String(at(activity, 'header'))) && !/^(Used|Selected|Gave)/.test(String(at(activity, 'title'))))
    .sort((a, b) => (time(at(a, 'time')) ?? 0) - (time(at(b, 'time')) ?? 0))
  const chats: Chat[] = []
  let before = 0
  for (const activity of activities) {
    const now = time(at(activity, 'time')) ?? before
    if (now - before > 30 * 60_000) chats.push([])
    before = now
    const chat = chats.at(-1) ?? []
    const above = chat.at(-1)?.id ?? null
    const id = String(chat.length)
    const isPrompt = !/^Created/.test(String(at(activity, 'title')))
    if (isPrompt) chat.push({ id, parent: above, visible: true, time: now, model: null })
    for (const [index] of list(at(activity, 'safeHtmlItem')).entries()) {
      chat.push({ id: `${id}/${index}`, parent: isPrompt ? id : above, visible: true, time: now, model: null })
    }
  }
  return chats
}

/** Chunks of the model up to the next of the user, or the next that is another branch, are one answer. */
function aiStudioChat (json: unknown): Chat {
  const model = text(at(json, 'runSettings', 'model'))?.replace('models/', '') ?? null
  const chat: Chat = []
  const turns = new Map<unknown, string>()
  let isAnswer = false
  for (const chunk of list(at(json, 'chunkedPrompt', 'chunks'))) {
    const isUser = at(chunk, 'role') === 'user'
    const branch = turns.get(at(chunk, 'branchParent', 'id'))
    if (isUser || !isAnswer || branch !== undefined) {
      chat.push({ id: String(chat.length), parent: branch ?? chat.at(-1)?.id ?? null, visible: true, time: time(at(chunk, 'createTime')), model: isUser ? null : model })
    }
    isAnswer = !isUser
    if (at(chunk, 'id') !== undefined) turns.set(at(chunk, 'id'), String(chat.length - 1))
  }
  return chat
}
