import type { JsonObject } from '../src/formats/kit/draft.js'

/** A chat as its source has it, whichever that is. */
export interface ToldChat {
  id: string
  title: string
  /** Hours after the first of January 2026 at which it was changed last. */
  changed: number
  messages: ToldMessage[]
}

export interface ToldMessage { id: string, parent: string | null, text: string, isUser?: boolean, unfinished?: boolean }

const START = Date.parse('2026-01-01T09:30:15Z') / 1000

function timeOf (index: number) {
  return START + index * 60
}

function iso (seconds: number) {
  return new Date(seconds * 1000).toISOString()
}

/** A chat as the entries of an export of a source, by the name of its format. */
export const exportsOf: Record<string, (chat: ToldChat) => JsonObject[]> = {
  chatgpt: ({ id, title, changed, messages }) => [{
    conversation_id: id,
    title,
    create_time: START,
    update_time: START + changed * 3600,
    mapping: Object.fromEntries(messages.map(({ id, parent, text, isUser = false, unfinished = false }, index) => [id, {
      id,
      parent,
      children: messages.filter((message) => message.parent === id).map(({ id }) => id),
      message: {
        id,
        author: { role: isUser ? 'user' : 'assistant' },
        create_time: timeOf(index),
        content: { content_type: 'text', parts: [text] },
        status: unfinished ? 'in_progress' : 'finished_successfully'
      }
    }]))
  }],

  claude: ({ id, title, changed, messages }) => [{
    uuid: id,
    name: title,
    created_at: iso(START),
    updated_at: iso(START + changed * 3600),
    chat_messages: messages.map(({ id, parent, text, isUser = false, unfinished = false }, index) => ({
      uuid: id,
      parent_message_uuid: parent ?? '00000000-0000-4000-8000-000000000000',
      sender: isUser ? 'human' : 'assistant',
      text,
      content: [{ type: 'text', text }],
      truncated: unfinished,
      created_at: iso(timeOf(index))
    }))
  }],

  openwebui: ({ id, title, changed, messages }) => [{
    id,
    title,
    created_at: START,
    updated_at: START + changed * 3600,
    chat: {
      title,
      models: ['llama3'],
      history: {
        messages: Object.fromEntries(messages.map(({ id, parent, text, isUser = false, unfinished = false }, index) => [id, {
          id,
          parentId: parent,
          childrenIds: messages.filter((message) => message.parent === id).map(({ id }) => id),
          role: isUser ? 'user' : 'assistant',
          content: text,
          timestamp: timeOf(index),
          done: !unfinished
        }]))
      }
    }
  }],

  librechat: ({ id, title, changed, messages }) => [{
    conversationId: id,
    title,
    endpoint: 'openAI',
    createdAt: iso(START),
    updatedAt: iso(START + changed * 3600),
    messages: messages.map(({ id, parent, text, isUser = false, unfinished = false }, index) => ({
      messageId: id,
      parentMessageId: parent ?? '00000000-0000-0000-0000-000000000000',
      isCreatedByUser: isUser,
      text,
      unfinished,
      createdAt: iso(timeOf(index))
    }))
  }],

  'claude-code': ({ id, title, changed, messages }) => {
    const line = (message: object, uuid: string, parentUuid: string | null, seconds: number) =>
      ({ uuid, parentUuid, sessionId: id, timestamp: iso(seconds), ...message })
    const said = messages.map(({ id, parent, text, isUser = false }, index) => line(isUser
      ? { type: 'user', message: { role: 'user', content: text } }
      : { type: 'assistant', message: { role: 'assistant', content: [{ type: 'text', text }] } }, id, parent, timeOf(index)))
    const last = messages.findLast(({ isUser = false }) => !isUser)?.id ?? ''
    const end = line({ type: 'assistant', message: { role: 'assistant', content: [] } }, `${last}-end`, last, START + changed * 3600)
    return [{ type: 'summary', summary: title, leafUuid: messages[0]?.id ?? '' }, ...said, end]
  }
}
